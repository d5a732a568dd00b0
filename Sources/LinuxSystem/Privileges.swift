// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc
package import SystemPackage

/// What a daemon that listens to strangers gives up, for good. capabilities(7), seccomp(2).
package enum Privileges {
    /// `nobody` and its group on every distribution.
    private static let nobody: UInt32 = 65534

    private static let coreSize = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    private static let descriptorCount = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Keeps nothing but the right to bind to ports below 1024: no other user's files, no new programs, no debugger.
    ///
    /// - Parameter directory: What has to be readable afterwards. When only its owner can read it, the process stays its
    ///   owner, without root's capabilities.
    package static func drop(reading directory: FilePath) throws(SystemError) {
        let kept: UInt64 = 1 << UInt64(swnet_cap_net_bind_service)
        // Not being able to give up what one has not got, in a container, is no failure.
        _ = swnet_drop_bounding_set(kept)
        if geteuid() == 0, isPublic(directory) { try becomeNobody() }
        try keep(kept)
        try check("renounce new privileges") { swnet_set_no_new_privileges() }
        try check("renounce core dumps") { swnet_set_undumpable() }
        limit(coreSize, to: 0)
        // A kernel without seccomp, or inside of one that does not allow it.
        _ = swnet_refuse_system_calls()
    }

    /// Raises how many descriptors may be open, as far as is allowed and useful.
    package static func allowDescriptors(_ wanted: Int) {
        var limits = rlimit()
        guard unsafe getrlimit(descriptorCount, &limits) == 0, limits.rlim_cur < rlim_t(wanted) else { return }
        limits.rlim_cur = min(rlim_t(wanted), limits.rlim_max)
        unsafe setrlimit(descriptorCount, &limits)
    }

    private static func limit(_ resource: __rlimit_resource_t, to value: rlim_t) {
        var limits = rlimit(rlim_cur: value, rlim_max: value)
        unsafe setrlimit(resource, &limits)
    }

    private static func isPublic(_ directory: FilePath) -> Bool {
        var information = stat()
        guard unsafe directory.withPlatformString({ unsafe stat($0, &information) }) == 0 else { return false }
        return information.st_mode & (S_IROTH | S_IXOTH) == S_IROTH | S_IXOTH
    }

    /// Stays who it is in a user namespace that has nobody but its owner.
    private static func becomeNobody() throws(SystemError) {
        try check("keep capabilities") { swnet_keep_capabilities_over_user_change() }
        if swnet_set_user(nobody, nobody) == 0 { return }
        guard Glibc.errno == EINVAL || Glibc.errno == EPERM else { throw .last("become user \(nobody)") }
    }

    /// Of those it has.
    private static func keep(_ kept: UInt64) throws(SystemError) {
        if swnet_set_capabilities(kept) == 0 { return }
        try check("give up capabilities") { swnet_set_capabilities(0) }
    }
}
