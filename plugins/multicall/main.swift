// SPDX-License-Identifier: Apache-2.0
internal import BridgePlugin
internal import CNI
internal import DNSNamePlugin
internal import FirewallPlugin
internal import HostLocalPlugin
internal import LoopbackPlugin
internal import PortMapPlugin
internal import StaticPlugin
internal import SwnetPlugin
internal import TuningPlugin

PluginMain.run([
    BridgePlugin.self, DNSNamePlugin.self, FirewallPlugin.self, HostLocalPlugin.self, LoopbackPlugin.self,
    PortMapPlugin.self, StaticPlugin.self, SwnetPlugin.self, TuningPlugin.self,
])
