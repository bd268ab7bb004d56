import Executor
import Testing

@Suite struct MemoryAccountTests {
  @Test func blocksMakeRoomForWhatTasksHold() {
    var account = MemoryAccount(limit: 1000, slots: 2)
    account.addBlocks(800)
    #expect(!account.isExceeded)
    #expect(account.blocksToSpill == 0)
    account.hold(400)
    #expect(account.isExceeded)
    // To three quarters of the 600 that are left.
    #expect(account.blocksToSpill == 350)
    account.hold(1000)
    #expect(account.blocksToSpill == 800)
    account.hold(-1400)
    account.addBlocks(-800)
    #expect(account.blocks == 0)
    #expect(account.held == 0)
  }

  @Test func aReservationIsGivenBackWhenItGoes() {
    let budget = MemoryBudget(limit: 1000, slots: 1)
    do {
      var reservation = budget.reserve(300)
      #expect(budget.account.held == 300)
      reservation.resize(to: 200)
      #expect(budget.account.held == 200)
      #expect(reservation.byteCount == 200)
    }
    #expect(budget.account.held == 0)
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
