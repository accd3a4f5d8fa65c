// SPDX-License-Identifier: GPL-2.0-or-later

/// What a node of the syntax is. Each line says which children it has, in their order, and which token its
/// `main` is; a child that may be left out in the middle stands as `missing`.
public enum NodeKind: UInt8, Hashable, Sendable, CaseIterable {
  /// A child that is left out: the condition of `for (;;)`, the middle of `a ?: b`.
  case missing
  /// Tokens that were not understood. `main`: the token at which that was noticed.
  case opaque

  // MARK: Declarations

  /// A file or a fragment: external declarations. In a fragment also what a cut function, struct or
  /// initialiser leaves.
  case translationUnit
  /// A function with its body: `specifiers`, declarator, K&R `declaration`s, `block`. With the flag `macroHead`
  /// the first child is the `macroCall` that stands for both: `SYSCALL_DEFINE3(read, …)`. `main`: its name.
  case function
  /// `specifiers`, then `initDeclarator`s. Also of members, and of statements. With the flag `isTypedef` the
  /// names are types.
  case declaration
  /// What stands before the declarators: `typeName`, `structType`, `unionType`, `enumType`, `typeof`, `attribute`.
  /// Storage classes, qualifiers and annotations without arguments (`static`, `const`, `__user`, `__init`) are
  /// tokens only.
  case specifiers
  /// A type by its words: `unsigned long`, `u32`, `va_list`. No children. `main`: the first word.
  case typeName
  /// `struct name { … }`: its members, each a `declaration`, `macroCall` or `opaque`; without a body the flag
  /// `hasBody` is not set. `main`: the tag; else the keyword.
  case structType
  case unionType
  /// `enum name { … }`: `enumerator`s. `main` as above.
  case enumType
  /// `NAME`, `NAME = expression`: the value. `main`: the name.
  case enumerator
  /// `typeof(expression or type)`, also `__auto_type` without a child.
  case typeof
  /// `__attribute__((…))`, `__aligned(8)`, `__must_hold(&lock)`, `__free(kfree)`: the arguments. `main`: the name.
  case attribute
  /// A declarator, then `attribute`s, then the initialiser where the flag `hasInitialiser` is set. `main`: the
  /// name; a bit-field without one has the token before its colon.
  case initDeclarator
  /// The name that is declared. No children. `main`: it.
  case nameDeclarator
  /// No name, as in a cast or a prototype. No children, no tokens.
  case abstractDeclarator
  /// `*declarator`, with qualifiers and annotations as tokens: the declarator inside.
  case pointerDeclarator
  /// `declarator[size]`: the declarator inside, then the size where there is one.
  case arrayDeclarator
  /// `declarator(parameters)`: the declarator inside, then `parameter`s; `...` is a `variadic`.
  case functionDeclarator
  /// `declarator : width`: the declarator inside, the width.
  case bitField
  /// `specifiers`, declarator, `attribute`s. A name alone in a K&R head is a `parameter` with a `nameDeclarator` only.
  case parameter
  case variadic
  /// `{ … }` behind `=` or in a compound literal: elements, each an expression, an `initialiserList` or a `designated`.
  case initialiserList
  /// `.name = value`, `[3] = value`, `[1 ... 5].x = value`, `name: value`: `designator`s, then the value.
  case designated
  /// `.name` (`main`: the name, no children), `[index]`, `[first ... last]` (`main`: the bracket).
  case designator
  /// `NAME(arguments)` where no function is called: `EXPORT_SYMBOL(x)`, `DEFINE_MUTEX(m)`, `TRACE_EVENT(…)`,
  /// also among members. `main`: the name.
  case macroCall
  case staticAssert

  // MARK: Statements

  /// `{ … }`: statements. With the flag `isImplicit` there are no braces: `if (x) label: f();`.
  case block
  /// Condition, branch taken, other branch where there is one. Here and below `main` is the keyword.
  case ifStatement
  /// Condition, body.
  case whileStatement
  /// Body, condition.
  case doStatement
  /// Initialisation (a `declaration` or an expression), condition, step, body; each may be `missing`.
  case forStatement
  /// Value, body.
  case switchStatement
  /// `case value:`, `case first ... last:`: the values. What follows are its siblings.
  case caseLabel
  case defaultLabel
  /// `name:`. No children. `main`: the name. What follows are its siblings.
  case label
  /// `goto name;` without children, `goto *address;` with it. `main`: the name or the keyword.
  case gotoStatement
  case breakStatement
  case continueStatement
  /// The value, where there is one.
  case returnStatement
  /// An expression.
  case expressionStatement
  case emptyStatement
  /// `asm(…)`, with the operands' expressions as children.
  case asmStatement
  /// `name(arguments) body`: `list_for_each_entry(…) { … }`, `scoped_guard(…)`: the call, the body.
  case macroLoop
  /// `name(arguments)` or `name` without a semicolon, where no body follows: the call or the name.
  case macroStatement

  // MARK: Expressions

  /// `main`: the name.
  case identifier
  case number
  case character
  /// One or several strings beside each other, and the macros between them. Children: those macros.
  case string
  /// The expression in parentheses.
  case parenthesised
  /// The function, then the arguments. Arguments that are no expressions are `typeArgument`, `operatorArgument`,
  /// `block` (statements: flag `isImplicit` without braces) or `opaque`; nothing between two commas is `missing`.
  case call
  /// What is indexed, the index.
  case subscriptExpression
  /// `base.name`: the base. `main`: the member's name.
  case member
  /// `base->name`: the base. `main`: the member's name.
  case arrowMember
  /// `-a`, `!a`, `~a`, `*a`, `&a`, `++a`, `--a`, `+a`, `__extension__ a`: the operand. `main`: the operator.
  case unary
  /// `a++`, `a--`: the operand. `main`: the operator.
  case postfix
  /// Two operands. `main`: the operator.
  case binary
  /// What is assigned to, the value. `main`: `=`, `+=`, ….
  case assignment
  /// Condition, value, other value; the middle may be `missing`. `main`: `?`.
  case conditional
  /// `a, b`.
  case comma
  /// `typeArgument`, operand.
  case cast
  /// `typeArgument`, `initialiserList`.
  case compoundLiteral
  /// `sizeof`, `_Alignof`, `__alignof__` of a `typeArgument` or an expression. `main`: the keyword.
  case sizeof
  /// `({ … })`: a `block`.
  case statementExpression
  /// `&&label`. `main`: the label.
  case labelAddress
  /// `_Generic(value, type: expression, …)`: the value, then `typeArgument` and expression by turns; `default` is
  /// `missing`.
  case generic
  /// A type where a value could stand: `specifiers`, declarator.
  case typeArgument
  /// An operator as an argument of a macro. `main`: it.
  case operatorArgument
  /// `...` in a pattern.
  case patternGap

  public var isExpression: Bool { rawValue >= Self.identifier.rawValue && rawValue <= Self.generic.rawValue }
  public var isStatement: Bool {
    rawValue >= Self.block.rawValue && rawValue <= Self.macroStatement.rawValue || self == .declaration
  }
}
