public enum StorageError: Error {}
