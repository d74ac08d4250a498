import StyleTransfer
import Testing

struct AdamTests {
  private let problem = Problem(count: 3) { x, gradient in
    let (centres, curvatures) = ([100.0, 300, 30], [1.0, 0.1, 5])
    for index in x.indices { gradient[index] = curvatures[index] * (x[index] - centres[index]) }
    return (0..<3).reduce(0) { $0 + gradient[$1] * gradient[$1] / curvatures[$1] / 2 }
  }

  @Test func quadraticsAreMinimisedInsideOfTheBox() {
    var outside = 0
    var adam = Adam(start: [200, 20, 120], learningRate: 2)
    adam.minimise(problem.function { x, _ in outside += x.count { !(0...255).contains($0) } }, evaluations: 2000)
    #expect(adam.distance(to: [100, 255, 30]) < 0.01)
    #expect(outside == 0)
  }

  @Test func firstStepIsTheLearningRateInEveryVariable() {
    var adam = Adam(start: [200, 20, 120], learningRate: 2)
    #expect(adam.step(budget: 2, problem.function()) == .moved)
    #expect(adam.distance(to: [198, 22, 118]) < 1e-3)
  }

  /// The loss used to be that of the point before.
  @Test func lossIsThatOfThePoint() {
    var calls = 0
    let function = problem.function { _, _ in calls += 1 }
    var adam = Adam(start: [200, 20, 120], learningRate: 2)
    #expect(adam.step(budget: 1, function) == .outOfBudget)
    for _ in 0..<10 {
      #expect(adam.step(budget: 1, function) == .moved)
      #expect(adam.evaluations == calls)
      var gradient: [Double] = [0, 0, 0]
      #expect(adam.loss == problem.loss(adam.x.map(Double.init), &gradient))
    }
  }

  @Test func aSavedSearchGoesOnAsTheOriginalWould() throws {
    var adam = Adam(start: [200, 20, 120], learningRate: 2)
    for _ in 0..<10 {
      var saved = try #require(Adam(adam.state))
      #expect(adam.step(budget: 5, problem.function()) == saved.step(budget: 5, problem.function()))
      #expect(adam.state == saved.state)
    }
  }

  @Test func lossesAndGradientsThatAreNotFiniteAreReported() {
    for (loss, slope) in [(Double.nan, 1.0), (.infinity, 1), (1, .nan)] {
      let undefined = Problem(count: 1) { _, gradient in
        gradient = [slope]
        return loss
      }
      var adam = Adam(start: [1], learningRate: 1)
      #expect(adam.step(budget: 5, undefined.function()) == .notFinite)
    }
  }

  /// The sum written out: a point counts `1 - decay`, and `decay` times less for every one since; the start is one of them.
  @Test func theAverageIsThatOfAllPointsWithWeightsThatDecay() {
    let decay = 0.8
    var adam = Adam(start: [200, 20, 120], learningRate: 2, averageDecay: decay)
    var points = [adam.x.map(Double.init)]
    _ = adam.step(budget: 1, problem.function())
    for _ in 0..<30 {
      _ = adam.step(budget: 1, problem.function())
      points.append(adam.x.map(Double.init))
      var (sum, weights) = ([0.0, 0, 0], 0.0)
      for (age, point) in points.reversed().enumerated() {
        let weight = (1 - decay) * (0..<age).reduce(1.0) { product, _ in product * decay }
        weights += weight
        for index in sum.indices { sum[index] += weight * point[index] }
      }
      for (average, exact) in zip(adam.picture, sum) { #expect(abs(Double(average) - exact / weights) < 1e-3) }
    }
    #expect(adam.picture != adam.x)
  }

  @Test func withoutAnAverageThePointIsShown() {
    var adam = Adam(start: [200, 20, 120], learningRate: 2)
    _ = adam.step(budget: 4, problem.function())
    #expect(adam.picture == adam.x)
  }

  @Test func aSavedAverageGoesOn() throws {
    var adam = Adam(start: [200, 20, 120], learningRate: 2, averageDecay: 0.9)
    for _ in 0..<10 {
      var saved = try #require(Adam(adam.state))
      _ = (adam.step(budget: 5, problem.function()), saved.step(budget: 5, problem.function()))
      #expect(adam.picture == saved.picture && adam.state == saved.state)
    }
  }

  @Test func aWarmStartGoesOnWithTheMoments() {
    var adam = Adam(start: [200, 20, 120], learningRate: 2)
    for _ in 0..<6 { _ = adam.step(budget: 2, problem.function()) }
    let experience = adam.experience(from: (1, 1), to: (1, 1))
    var (warm, cold) = (
      Adam(start: adam.x, learningRate: 2, experience: experience), Adam(start: adam.x, learningRate: 2)
    )
    for _ in 0..<2 {
      _ = (warm.step(budget: 2, problem.function()), cold.step(budget: 2, problem.function()))
      _ = adam.step(budget: 2, problem.function())
      #expect(warm.x == adam.x && cold.x != adam.x)
    }
  }
}
