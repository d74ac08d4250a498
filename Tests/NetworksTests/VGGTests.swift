import Networks
import Testing

struct VGGTests {
  @Test(arguments: ["block4_conv2", "conv4_2", "relu4_2"])
  func threeSpellingsNameOneLayer(name: String) {
    #expect(Layer(name) == Layer(block: 4, convolution: 2))
  }

  @Test(arguments: ["", "block4", "conv4", "block4_conv", "Conv4_2", "conv4_2 ", "conv42", "block40_conv2", "conv4-2"])
  func otherTextsNameNone(name: String) {
    #expect(Layer(name) == nil)
  }

  @Test func vgg19HasItsThreeLayersMore() {
    #expect(Architecture.vgg16.layers.count == 13)
    let more = Set(Architecture.vgg19.layers).subtracting(Architecture.vgg16.layers)
    #expect(more == Set((3...5).map { Layer(block: $0, convolution: 4) }))
    #expect(more.allSatisfy { Architecture.vgg19.has($0) && !Architecture.vgg16.has($0) })
  }

  @Test func tensorsAreThoseOfTheFiles() {
    let tensors = Architecture.vgg16.tensors
    #expect(tensors.count == 26)
    #expect(tensors[0].name == "block1_conv1.weight" && tensors[0].shape == [64, 3, 3, 3])
    #expect(tensors[25].name == "block5_conv3.bias" && tensors[25].shape == [512])
    #expect(tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } == 14_714_688)
  }
}
