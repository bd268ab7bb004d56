extension StagePlan {
  /// The stages that read what a stage writes, those that read what these write, and so on, in their order; each once,
  /// however many ways lead to it. O(stages).
  package func stages(downstreamOf stage: Int) -> [Int] {
    var feeding: Set<Int> = [stage]
    var found: [Int] = []
    for reader in stages.dropFirst(stage + 1) {
      let reads = reader.inputs.contains { input in
        guard case .exchange(let exchange) = input else { return false }
        return exchanges[exchange].producers.contains(where: feeding.contains)
      }
      guard reads else { continue }
      feeding.insert(reader.id)
      found.append(reader.id)
    }
    return found
  }
}
