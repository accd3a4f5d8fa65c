import ArgumentParser
import Rules

@main struct ReviewPatch: ParsableCommand { func run() { print(builtInChecks.count) } }
