// SPDX-License-Identifier: GPL-2.0-or-later
//
// Versions: what a new version of a series made of what was said to the old one.
//
// Entry points: `VersionComparison(old:new:discussion:)` pairs the patches of two versions and judges every comment and
// every tag of the old one; `FindingComparison(old:new:)` sorts findings by their fingerprints.
//
// The decision it rests on: a comment stands where its lines and those next to them are in the new version as they were, but
// for names that changed everywhere. It is called answered as soon as one of them changed that is not nearer to another
// comment: whoever is reminded of what was done stops reading. What belongs to no lines, or asks for nothing, is not judged.
