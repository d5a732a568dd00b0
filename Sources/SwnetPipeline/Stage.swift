// SPDX-License-Identifier: Apache-2.0
package import CNI

/// One concern of an attachment: link, ports, filter, tuning.
///
/// A stage writes what it is about to make into its section of the endpoint record (``prepare(_:)``) before anything
/// is made (``add(to:)``). ``delete(from:)`` works from that section alone. A failed ADD, a DEL after a crash, a plain DEL
/// and GC are therefore one code path, and there is no undo log to keep in step with it.
package protocol Stage {
    /// The key of this stage's section in the endpoint record.
    static var section: String { get }

    /// Decides every name and value and writes the section. Only leases may be taken; the kernel is not touched.
    func prepare(_ attachment: Attachment) throws(CNIError)

    /// Makes what was prepared. Firewall elements are only collected: the pipeline commits them in one transaction.
    func add(to attachment: Attachment) throws(CNIError)

    /// Makes sure of what has to hold before ADD returns and needs the attachment recorded as attached. When it throws, the
    /// attachment is undone.
    func confirm(_ attachment: Attachment) throws(CNIError)

    /// What is to be done once the firewall has the attachment's elements; it can no longer fail the ADD.
    func settle(_ attachment: Attachment)

    /// Removes what the section describes. Whatever is already gone is success; so is a missing section.
    static func delete(from attachment: Attachment) throws(CNIError)

    /// Tells others that the attachment is gone, once its record, or the section in it, is.
    static func haveForgotten(_ attachment: Attachment)

    /// Throws the first difference between the section and the kernel.
    func check(_ attachment: Attachment) throws(CNIError)
}

extension Stage {
    package func confirm(_ attachment: Attachment) throws(CNIError) {}

    package func settle(_ attachment: Attachment) {}

    package static func haveForgotten(_ attachment: Attachment) {}
}
