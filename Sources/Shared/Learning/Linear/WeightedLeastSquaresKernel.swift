extension LeastSquaresStatistics {
  /// West's update (D. H. D. West: "Updating Mean and Variance Estimates: An Improved Method", Communications of the ACM 22,
  /// 1979), which is Welford's where all weights are 1, to the bit. Examples of weight 0 are left out.
  ///
  /// Unsafe: as the kernels without weights, whose blocks have one double less.
  func accumulateWeighted(
    _ examples: Examples, _ blocks: UnsafePointer<Int32>, _ base: UnsafeMutablePointer<Double>,
    _ stride: Int
  ) {
    let variables = variableCount
    let countOffset = momentsWidth
    withUnsafeTemporaryAllocation(
      of: UnsafePointer<Double>.self, capacity: variables
    ) { columns in
      for feature in 0..<featureCount {
        columns.initializeElement(at: feature, to: examples.features[feature])
      }
      columns.initializeElement(at: featureCount, to: examples.label)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: variables) { scratch in
        let columns = columns.baseAddress!
        let differences = scratch.baseAddress!
        for row in 0..<examples.rowCount {
          prefetchBlock(after: row, of: examples.rowCount, blocks, base, stride)
          let index = Int(blocks[row])
          let weight = examples.weight(row)
          if index < 0 || !(weight > 0) { continue }
          let block = base + index &* stride
          block[countOffset] += 1
          let before = block[0]
          let sum = before + weight
          block[0] = sum
          let origins = block + 1
          if before == 0 {
            for variable in 0..<variables { origins[variable] = columns[variable][row] }
            continue
          }
          let share = weight / sum
          let means = origins + variables
          for variable in 0..<variables {
            let mean = means[variable]
            let difference = columns[variable][row] - origins[variable] - mean
            differences[variable] = difference
            means[variable] = mean.addingProduct(difference, share)
          }
          let factor = weight * (1 - share)
          var coMoments = means + variables
          for variable in 0..<variables {
            let weighted = differences[variable] * factor
            for other in 0...variable {
              coMoments[other] = coMoments[other].addingProduct(weighted, differences[other])
            }
            coMoments += variable &+ 1
          }
        }
      }
    }
  }
}
