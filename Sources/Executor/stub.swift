import Wire; import NIOCore
