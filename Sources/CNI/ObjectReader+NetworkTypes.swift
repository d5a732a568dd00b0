// SPDX-License-Identifier: Apache-2.0
package import JSON
package import NetworkTypes

/// Look-ups of network values. The empty string means unset, as everywhere in CNI.
extension ObjectReader {
    package func address(_ key: String) throws(JSONError) -> IPAddress? {
        try parse(key, as: "an IP address") { IPAddress($0) }
    }

    /// An address with a prefix length; host bits are kept.
    package func prefix(_ key: String) throws(JSONError) -> IPPrefix? {
        try parse(key, as: "an address with a prefix length") { IPPrefix($0) }
    }

    package func macAddress(_ key: String) throws(JSONError) -> MACAddress? {
        try parse(key, as: "a MAC address") { MACAddress($0) }
    }

    package func interfaceName(_ key: String) throws(JSONError) -> InterfaceName? {
        try parse(key, as: "an interface name (1 to 15 bytes, no '/', ':' or white space)") { InterfaceName($0) }
    }

    /// A port, 1 to 65535.
    package func port(_ key: String) throws(JSONError) -> Port? {
        guard let number = try int(key) else { return nil }
        guard let port = Port(number) else { throw invalid(key, "\(number) is not a port number (1 to 65535)") }
        return port
    }
}
