// SPDX-License-Identifier: GPL-2.0-or-later
//
// Review: rules, and what they find.
//
// Entry points: `RuleBook(pages:checks:)` is the set of rules, built in and a user's own;
// `ReviewEngine.review(_:)` runs them over one series and gives a `SeriesReview`.
//
// The decision it rests on: a rule says what it saw and what its finding relies on; the engine alone
// decides what that is worth. Whether the tree is exact, whether parts are missing, what is suppressed and
// what neighbours do is known in one place, so no rule can forget to ask.
