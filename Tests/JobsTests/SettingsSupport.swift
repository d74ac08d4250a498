import Jobs

/// The settings that `yaml` asks for, as the file cat.yaml.
func settings(_ yaml: String) throws -> Settings {
  try Settings(validating: SettingsDocument(parsing: yaml.utf8, source: "cat.yaml"))
}

/// What a person reads who wrote `yaml` into cat.yaml; empty when there is nothing to complain about.
func complaints(_ yaml: String) -> String {
  do {
    _ = try settings(yaml)
    return ""
  } catch {
    return "\(error)"
  }
}
