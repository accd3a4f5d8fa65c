// SPDX-License-Identifier: GPL-2.0-or-later
//
// Conditions: under which configurations something is there.
//
// Entry points: `FormulaTable` makes formulas over `ConditionAtom`s and keeps equal ones once.
//
// The decision it rests on: a formula is a number. Equal formulas of one table have equal numbers, so that
// asking the same twice costs a comparison; what cannot be evaluated stays an atom with a name and never
// becomes true or false by accident.
