// The shipped fact files, compiled into the binary.
