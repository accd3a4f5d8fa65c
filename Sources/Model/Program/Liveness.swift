// SPDX-License-Identifier: GPL-2.0-or-later

/// Which variables of a function are still read from each instruction on. What is not makes no difference between two
/// states.
struct Liveness {
  /// `Function.live`
  private(set) var words: [UInt64]

  init(of function: Function) {
    let (count, width) = (function.code.count, function.words)
    words = [UInt64](repeating: 0, count: count * width)
    guard width > 0 else { return }
    var isChanging = true
    var next = [UInt64](repeating: 0, count: width)
    while isChanging {
      isChanging = false
      for index in stride(from: count - 1, through: 0, by: -1) {
        for word in 0..<width { next[word] = 0 }
        func join(_ successor: Int) {
          guard successor < count else { return }
          for word in 0..<width { next[word] |= words[successor * width + word] }
        }
        switch function.code[index] {
        case .jump(let target): join(Int(target))
        case .jumpIfFalse(let target), .jumpIfTrue(let target):
          join(Int(target))
          join(index + 1)
        case .return, .trap: break
        default: join(index + 1)
        }
        switch function.code[index] {
        case .local(let register): next[Int(register) / 64] |= 1 << UInt64(register % 64)
        case .setLocal(let register): next[Int(register) / 64] &= ~(1 << UInt64(register % 64))
        default: break
        }
        for word in 0..<width where words[index * width + word] != next[word] {
          words[index * width + word] = next[word]
          isChanging = true
        }
      }
    }
  }
}
