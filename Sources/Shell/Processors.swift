import CEditline

/// The machine's processors.
public enum Processors {
  /// How many this process may run on.
  public static var count: Int { Int(visitlog_processor_count()) }
}
