import Cache
import Files
import Jobs

/// What the daemon's configuration file can set: complete and within range. The keys are those of the file.
package struct DaemonSettings: Equatable, Sendable {
  /// Where jobs come from and go to, as absolute paths; nil leaves it to the command line.
  package var inbox: Path?
  package var outbox: Path?
  package var cache: Path?
  /// How much room the cache may take, in bytes; what was unused longest goes first.
  package var cacheBytes = CacheFolder.defaultBudgetBytes
  package var styles: Path?
  /// Whether the paintings that jobs bring are kept as styles.
  package var remembersStyles = true
  /// Where jobs are painted: nil for this machine.
  package var slurm: SlurmSettings?
  /// Jobs painted at the same time; on this machine the threads are divided among them.
  package var workers = 1
  /// Threads for all workers together, or nil for one per usable processor.
  package var threads: Int?
  /// Most memory for each worker, in bytes, or nil for no limit; a job may set itself a lower one.
  package var memoryBytes: Int?
  /// Whether jobs whose settings do not say get a small picture first.
  package var preview = false
  /// How long a file must stay the same before it counts as complete; three times as long where no event has said that
  /// it was closed or moved in.
  package var settle: Duration = .seconds(1)
  /// How long two pictures wait for a settings file before they are painted with the defaults.
  package var sidecarGrace: Duration = .seconds(10)
  /// A look into the inbox without any event, in case one was lost.
  package var rescanInterval: Duration = .seconds(300)
  /// Whether to look regularly instead of waiting for events; `auto` does on network file systems.
  package var polling = Polling.auto
  package var pollingInterval: Duration = .seconds(5)
  /// The pause after a first failed attempt whose cause may pass; it grows threefold with each further one.
  package var retryDelay: Duration = .seconds(10)
  /// No job starts while the outbox's file system has less room than this.
  package var minFreeBytes = 256 << 20
  /// How long a worker may take to finish an evaluation and write its checkpoint when it is stopped, before it is killed.
  package var stopTimeout: Duration = .seconds(60)
  /// Programs to run with their arguments after a job is done, and after one has failed; empty for none.
  package var onSuccess: [String] = []
  package var onFailure: [String] = []
  /// How long such a program may run before it is killed.
  package var hookTimeout: Duration = .seconds(60)
  /// Where the figures for Prometheus go, an absolute path; nil for `easel.prom` in outbox/.jobs.
  package var metricsFile: Path?
  /// Jobs that are taken from the inbox before some are done; what is dropped beyond stays there, and is taken later.
  package var queueLimit = 1000

  /// That settings files may name.
  package var presets = PresetList.builtIn
  /// Whether folders of the inbox that are called like a preset apply it to what is dropped there.
  package var hasPresetFolders = false
  /// For the live page, which is a process of its own.
  package var page = PageSettings()

  package init() {}

  package enum Polling: String, CaseIterable, Sendable {
    case on, off, auto
  }

  /// What paints jobs.
  package enum Runner: String, CaseIterable, Sendable {
    case local, slurm
  }

  package enum Keys: String, CodingKey, CaseIterable {
    case inbox, outbox, cache, styles
    case cacheSize = "cache_size"
    case rememberStyles = "remember_styles"
    case runner, slurm, workers, threads, memory, preview, settle, polling
    case sidecarGrace = "sidecar_grace"
    case rescanInterval = "rescan_interval"
    case pollingInterval = "polling_interval"
    case retryDelay = "retry_delay"
    case minFreeSpace = "min_free_space"
    case stopTimeout = "stop_timeout"
    case onSuccess = "on_success"
    case onFailure = "on_failure"
    case hookTimeout = "hook_timeout"
    case metricsFile = "metrics_file"
    case queueLimit = "queue_limit"
    case presets
    case presetFolders = "preset_folders"
    case page
  }
}
