import Executor
import Testing

@Suite struct MemoryAccountTests {
  @Test func blocksMakeRoomForWhatTasksHold() {
    var account = MemoryAccount(limit: 1000, slots: 2)
    account.addBlocks(800)
    #expect(!account.isExceeded)
    #expect(account.blocksToSpill == 0)
    account.hold(400, for: .tasks)
    #expect(account.isExceeded)
    // To three quarters of the 600 that are left.
    #expect(account.blocksToSpill == 350)
    account.hold(1000, for: .tasks)
    #expect(account.blocksToSpill == 800)
    account.hold(-1400, for: .tasks)
    account.addBlocks(-800)
    #expect(account.blocks == 0)
    #expect(account.held == 0)
  }

  @Test func aReservationIsGivenBackWhenItGoes() {
    let budget = MemoryBudget(limit: 1000, slots: 1)
    do {
      var reservation = budget.reserve(300, for: .tasks)
      #expect(budget.account.held == 300)
      reservation.resize(to: 200)
      #expect(budget.account.held == 200)
      #expect(reservation.byteCount == 200)
    }
    #expect(budget.account.held == 0)
  }

  /// Whoever has a large cluster has many transfers; they send blocks to disk, and no task fails for them.
  @Test func noTaskFailsForWhatTransfersHold() {
    let share = MemoryAccount.leastShare
    var account = MemoryAccount(limit: 4 * share, slots: 4)
    account.hold(3 * share, for: .tasks)
    account.hold(100 * share, for: .transfers)
    #expect(account.isExceeded)
    #expect(!account.isShort(forTaskHolding: 3 * share))
    account.hold(2 * share, for: .tasks)
    #expect(account.isShort(forTaskHolding: 5 * share))
    #expect(!account.isShort(forTaskHolding: share))
  }

  @Test func transfersAreFastWithinAQuarterOfTheLimit() {
    var account = MemoryAccount(limit: 4000, slots: 1)
    #expect(account.hasRoom(forTransferOf: 1000, holding: 0))
    account.hold(600, for: .transfers)
    #expect(!account.hasRoom(forTransferOf: 401, holding: 0))
    // What it holds already counts once.
    #expect(account.hasRoom(forTransferOf: 1000, holding: 600))
    // Tasks and blocks have nothing to do with it.
    account.hold(9000, for: .tasks)
    account.addBlocks(9000)
    #expect(account.hasRoom(forTransferOf: 400, holding: 0))
  }

  @Test func aSlotHasItsShareAndNeverNothing() {
    #expect(MemoryAccount(limit: 8 << 30, slots: 4).share == 2 << 30)
    #expect(MemoryAccount(limit: 1 << 20, slots: 4).share == MemoryAccount.leastShare)
    for limit in [1, 64 << 20, Int.max] {
      let account = MemoryAccount(limit: limit, slots: 3)
      #expect(account.fetchWindow >= 1 << 20 && account.fetchWindow <= 16 << 20)
      #expect(account.collection >= 1 << 20 && account.collection <= 64 << 20)
      #expect(account.sortedRun >= 8 << 20)
    }
  }
}
