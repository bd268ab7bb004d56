import NIOCore
import NIOPosix
import NIOExtras
import SwiftProtobuf
import Logging
