/// Has things done one after the other, in the order in which they came. What is begun is not cancelled with the caller's task.
actor Turns {
  private var last: Task<Void, Never>?

  func take<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    let before = last
    let task = Task {
      await before?.value
      return await body()
    }
    last = Task { _ = await task.value }
    return await task.value
  }
}
