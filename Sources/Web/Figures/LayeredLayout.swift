/// Places the nodes of a directed graph without cycles in layers from top to bottom, so that no two overlap: a value.
///
/// The label of an edge has a place of its own between the layers, like a node, so that no label lies on another one. Edges
/// that pass a layer go through a gap between its nodes. (The way of Sugiyama, Tagawa and Toda, 1981, with positions by
/// least squares.)
package struct LayeredLayout: Sendable {
  package struct Size: Hashable, Sendable {
    package var width: Double
    package var height: Double

    package init(width: Double, height: Double) {
      self.width = width
      self.height = height
    }
  }

  package struct Edge: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var label: Size

    package init(from: Int, to: Int, label: Size) {
      self.from = from
      self.to = to
      self.label = label
    }
  }

  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double
  }

  /// The way of an edge: from the bottom of a node to the top of another, through the middle of its label.
  package struct Route: Sendable {
    package var points: [Point]
    package var label: Point
  }

  private static let gap = 28.0
  private static let layerGap = 36.0
  private static let sweeps = 8
  /// Of an edge that passes a layer.
  private static let passing = Size(width: 12, height: 0)

  /// Middles of the nodes.
  package private(set) var nodes: [Point] = []
  package private(set) var routes: [Route] = []
  package private(set) var size = Size(width: 0, height: 0)

  /// A node, a label or a place where an edge passes a layer.
  private struct Item {
    var size: Size
    var layer: Int
    var x = 0.0
    var above: [Int] = []
    var below: [Int] = []
  }

  /// `nodes`: their sizes; every edge leads from a node to a later one in some order, else it is left out of the layers.
  package init(nodes sizes: [Size], edges: [Edge]) {
    let layers = Self.layers(count: sizes.count, edges: edges)
    var items = sizes.enumerated().map { Item(size: $1, layer: 2 * layers[$0]) }
    // Nodes and labels of an edge in turn, from its start to its end.
    let chains = edges.map { Self.chain(of: $0, in: &items) }
    var order = Self.initialOrder(items)
    for sweep in 0..<Self.sweeps { Self.reorder(&order, items, downwards: sweep % 2 == 0) }
    Self.place(order, &items)

    var tops: [Double] = []
    var y = 0.0
    for layer in order {
      tops.append(y)
      let height = layer.map { items[$0].size.height }.max() ?? 0
      y += height + Self.layerGap
    }
    let heights = order.map { layer in layer.map { items[$0].size.height }.max() ?? 0 }
    func middle(_ item: Int) -> Point {
      let layer = items[item].layer
      return Point(x: items[item].x, y: tops[layer] + heights[layer] / 2)
    }
    let left = items.map { $0.x - $0.size.width / 2 }.min() ?? 0
    let right = items.map { $0.x + $0.size.width / 2 }.max() ?? 0
    for index in items.indices { items[index].x -= left }
    self.nodes = sizes.indices.map(middle)
    size = Size(width: right - left, height: max(0, y - Self.layerGap))
    routes = chains.map { chain in
      var points: [Point] = []
      for (index, item) in chain.items.enumerated() {
        let point = middle(item)
        // Straight through a layer, so that no node beside it is touched.
        let half =
          index == 0 || index == chain.items.count - 1
          ? items[item].size.height / 2 : heights[items[item].layer] / 2
        if index > 0 { points.append(Point(x: point.x, y: point.y - half)) }
        if index < chain.items.count - 1 { points.append(Point(x: point.x, y: point.y + half)) }
      }
      return Route(points: points, label: middle(chain.label))
    }
  }

  /// The longest way to each node.
  private static func layers(count: Int, edges: [Edge]) -> [Int] {
    var layers = [Int](repeating: 0, count: count)
    // As many rounds as the longest way has edges; a cycle, which no plan has, ends it as well.
    for _ in 0..<count {
      var isSettled = true
      for edge in edges where layers[edge.to] <= layers[edge.from] && edge.from != edge.to {
        layers[edge.to] = layers[edge.from] + 1
        isSettled = false
      }
      if isSettled { break }
    }
    return layers
  }

  private static func chain(
    of edge: Edge, in items: inout [Item]
  ) -> (items: [Int], label: Int) {
    let first = items[edge.from].layer
    let last = max(items[edge.to].layer, first + 2)
    var chain = [edge.from]
    // Beside its end, where several edges of one node have parted.
    let labelLayer = last - 1
    for layer in (first + 1)..<last {
      items.append(Item(size: layer == labelLayer ? edge.label : passing, layer: layer))
      chain.append(items.count - 1)
    }
    chain.append(edge.to)
    for (above, below) in zip(chain, chain.dropFirst()) {
      items[above].below.append(below)
      items[below].above.append(above)
    }
    return (chain, chain[chain.count - 2])
  }

  private static func initialOrder(_ items: [Item]) -> [[Int]] {
    let count = (items.map(\.layer).max() ?? -1) + 1
    var order = [[Int]](repeating: [], count: count)
    for (index, item) in items.enumerated() { order[item.layer].append(index) }
    return order
  }

  /// Sorts each layer by the mean place of what its items are joined to in the one before.
  private static func reorder(_ order: inout [[Int]], _ items: [Item], downwards: Bool) {
    var place = [Double](repeating: 0, count: items.count)
    for layer in order { for (index, item) in layer.enumerated() { place[item] = Double(index) } }
    let layers = downwards ? Array(order.indices) : order.indices.reversed()
    for layer in layers {
      let keys = order[layer].map { item in
        let others = downwards ? items[item].above : items[item].below
        return others.isEmpty
          ? place[item] : others.reduce(0) { $0 + place[$1] } / Double(others.count)
      }
      let sorted = order[layer].indices.sorted {
        (keys[$0], place[order[layer][$0]]) < (keys[$1], place[order[layer][$1]])
      }
      order[layer] = sorted.map { order[layer][$0] }
      for (index, item) in order[layer].enumerated() { place[item] = Double(index) }
    }
  }

  /// Each item as near as possible to the middle of what it is joined to.
  private static func place(_ order: [[Int]], _ items: inout [Item]) {
    for layer in order {
      var x = 0.0
      for item in layer {
        items[item].x = x + items[item].size.width / 2
        x += items[item].size.width + gap
      }
    }
    for sweep in 0..<2 * sweeps {
      let downwards = sweep % 2 == 0
      let layers = downwards ? Array(order.indices) : order.indices.reversed()
      for layer in layers {
        let wanted = order[layer].map { item in
          let others = downwards ? items[item].above : items[item].below
          return others.isEmpty
            ? items[item].x : others.reduce(0) { $0 + items[$1].x } / Double(others.count)
        }
        let places = separated(wanted, widths: order[layer].map { items[$0].size.width })
        for (index, item) in order[layer].enumerated() { items[item].x = places[index] }
      }
    }
  }

  /// Places in the same order with gaps between them, whose squared distances from those wanted are least: what would
  /// overlap is pooled and moved as one.
  private static func separated(_ wanted: [Double], widths: [Double]) -> [Double] {
    var offsets = [0.0]
    for (one, next) in zip(widths, widths.dropFirst()) {
      offsets.append(offsets[offsets.count - 1] + (one + next) / 2 + gap)
    }
    var pools: [(sum: Double, count: Int)] = []
    for (index, place) in wanted.enumerated() {
      pools.append((place - offsets[index], 1))
      while pools.count > 1 {
        let last = pools[pools.count - 1]
        let before = pools[pools.count - 2]
        guard before.sum / Double(before.count) > last.sum / Double(last.count) else { break }
        pools.removeLast()
        pools[pools.count - 1] = (before.sum + last.sum, before.count + last.count)
      }
    }
    var places: [Double] = []
    for pool in pools {
      for _ in 0..<pool.count {
        places.append(pool.sum / Double(pool.count) + offsets[places.count])
      }
    }
    return places
  }
}
