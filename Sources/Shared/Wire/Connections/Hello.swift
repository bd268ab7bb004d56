import Plan

/// The version of this program, as `roost --version` says it.
package let roostVersion = "0.1.0"

extension Roost_Hello {
  /// What a process of this version says first to those who call its executor.
  package static func from(_ executor: ExecutorID) -> Roost_Hello {
    .with {
      $0 = .from(.executor)
      $0.executor = executor.name
    }
  }

  /// What a process of this version says first.
  package static func from(_ role: Roost_Role) -> Roost_Hello {
    .with {
      $0.protocolVersion = Wire.protocolVersion
      $0.role = role
      $0.softwareVersion = roostVersion
    }
  }
}
