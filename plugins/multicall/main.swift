// SPDX-License-Identifier: Apache-2.0
internal import BridgePlugin
internal import CNI
internal import FirewallPlugin
internal import LoopbackPlugin
internal import PortMapPlugin
internal import SwnetPlugin
internal import TuningPlugin

PluginMain.run([
    BridgePlugin.self, FirewallPlugin.self, LoopbackPlugin.self, PortMapPlugin.self, SwnetPlugin.self,
    TuningPlugin.self,
])
