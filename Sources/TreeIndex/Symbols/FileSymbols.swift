// SPDX-License-Identifier: GPL-2.0-or-later

public import Conditions
internal import Kconfig

/// What one file says of names: which it defines, exports and declares, what it includes and which words it uses; of
/// Kconfig files and Makefiles, what other files need to know of them.
///
/// A function of the file's bytes and its kind, so that it can be kept by the id of the blob.
public struct FileSymbols: Sendable {
  /// What makes a file worth reading, and how it is read.
  public enum Kind: UInt8, Hashable, Sendable {
    case source, header, assembly
    case kconfig, makefile

    /// Those of the languages that are compiled.
    public static let code: Set<Kind> = [.source, .header, .assembly]

    /// nil for files that are not read.
    public init?(_ name: some BidirectionalCollection<UInt8>) {
      switch (name.last, name.dropLast().last) {
      case (UInt8(ascii: "c"), UInt8(ascii: ".")): self = .source
      case (UInt8(ascii: "h"), UInt8(ascii: ".")): self = .header
      case (UInt8(ascii: "S"), UInt8(ascii: ".")): self = .assembly
      default:
        if name.starts(with: "Kconfig".utf8) {
          self = .kconfig
        } else if OutwardFolders.isMakefile(name) {
          self = .makefile
        } else {
          return nil
        }
      }
    }
  }

  public let kind: Kind
  /// What the conditions below are numbers of.
  public internal(set) var table = FormulaTable()
  public internal(set) var definitions: [Definition] = []
  public internal(set) var exports: [Export] = []
  public internal(set) var imports: [NamespaceImport] = []
  public internal(set) var includes: [IncludeLine] = []
  /// Of headers only.
  public internal(set) var declarations: [Declaration] = []
  /// `#define DEFAULT_SYMBOL_NAMESPACE` of the file.
  public internal(set) var defaultNamespace: String?
  /// Whether the body of one of its macros exports: what its callers export is not known.
  public internal(set) var exportsByMacro = false
  /// Whether macros that stand for numbers are left out of the declarations, as there are thousands of them.
  public internal(set) var omitsNumbers = false
  public internal(set) var helpers: [Helper] = []
  /// Of Kconfig files only.
  public internal(set) var settings: [Setting] = []
  /// Of a Makefile: whether it may name files that are not below it.
  public internal(set) var namesOthers = false
  /// The words of the code.
  public internal(set) var words = WordSet()
  /// Of headers: the words as they are asked for, one file after the other; none where those are too many.
  var headerWords: [UInt32] = []
  /// Of headers: whether macros put names together.
  var pastes = false
}

extension FileSymbols {
  /// Something that the linker sees: a function or variable that is not static.
  public struct Definition: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
      case function
      /// `inline` without `static`.
      case inlineFunction
      case variable
      /// A label of assembly that is global.
      case label
      /// Another name for something that is defined.
      case alias
      /// An argument of a macro's call outside of functions, which may define it.
      case possible
    }

    public var name: String
    public var kind: Kind
    public var isWeak = false
    /// The macro that stands for the head: `SYSCALL_DEFINE3`, `DEFINE_MUTEX`, `SYM_FUNC_START`.
    public var macro: String?
    public var line: UInt32
    public var condition: Formula
  }

  /// A name that modules may use.
  public struct Export: Hashable, Sendable {
    public enum License: UInt8, Hashable, Sendable {
      case any, gplOnly
      /// What the macro says is not known.
      case unknown
    }

    public var name: String
    public var license: License
    /// nil for the namespace of all.
    public var namespace: String?
    /// The macro that was written: `EXPORT_SYMBOL_GPL`. One that wraps those has the license `unknown`, and may
    /// export nothing in some configurations.
    public var macro: String
    public var line: UInt32
    public var condition: Formula
  }

  /// `MODULE_IMPORT_NS(…)`
  public struct NamespaceImport: Hashable, Sendable {
    public var namespace: String
    public var line: UInt32
    public var condition: Formula
  }

  /// What a line of a Kconfig file says of a symbol.
  public struct Setting: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
      case defined, selected, implied
      /// Others depend on it.
      case asked
    }

    /// Without `CONFIG_`.
    public var name: String
    public var kind: Kind
    public var line: UInt32
  }

  /// `#include`
  public struct IncludeLine: Hashable, Sendable {
    /// As written, without the quotes; a macro's name where one stands there.
    public var name: String
    public enum Form: UInt8, Hashable, Sendable { case system, quoted, macro }
    public var form: Form
    public var line: UInt32
    public var condition: Formula

    /// Whether it takes in another .c file.
    public var isSource: Bool { form != .macro && name.hasSuffix(".c") }
  }

  /// A name that a header declares outside of functions.
  public struct Declaration: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
      case prototype
      /// With a body, and static.
      case staticFunction
      /// With a body, and not static.
      case function
      case externVariable
      case variable
      case objectMacro, functionMacro
      case typedef, enumerator
      /// With their bodies.
      case structTag, unionTag, enumTag
      /// An argument of a macro's call outside of functions, or in what was not understood.
      case possible
    }

    public var name: String
    public var kind: Kind
    public var line: UInt32
    public var condition: Formula
  }
}
