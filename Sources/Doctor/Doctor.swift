package import Service

/// Looks whether a set-up can work: folders, rights, watcher, machine, weights, service, clock. It changes nothing.
package struct Doctor: Sendable {
  let configuration: DaemonConfiguration
  /// Who runs the daemon.
  let service: Person
  /// Who is to drop files into the inbox.
  let dropper: Person?

  package init(_ configuration: DaemonConfiguration, service: Person, dropper: Person?) {
    (self.configuration, self.service, self.dropper) = (configuration, service, dropper)
  }

  /// All that was found, the folders first.
  package func findings() async -> [Finding] {
    var findings = configurationFindings + folderFindings + inboxFindings + dropperFindings + diskFindings
    findings += await watcherFindings()
    findings += machineFindings + weightsFindings
    findings += await serviceFindings()
    return findings + clockFindings
  }

  private var configurationFindings: [Finding] {
    guard let file = configuration.settingsFile else {
      return [.ok("configuration", "none is named (--config); the defaults, and folders here")]
    }
    return [.ok("configuration", "\(file) is right")]
  }
}
