/// The shipped fact files, compiled into the binary.
public enum Seeds {
  public static var vocabulary: [UInt8] { PackageResources.vocabulary_dl }
  public static var rules: [UInt8] { PackageResources.rules_dl }
  public static var japanOpenData2018: [UInt8] { PackageResources.japan_open_data_2018_dl }
}
