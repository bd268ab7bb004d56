import ArgumentParser
import Plan

extension ByteSize: ExpressibleByArgument, CustomStringConvertible {
  package init?(argument: String) { self.init(argument) }

  package var description: String { byteText(Int64(bytes)) }
}
