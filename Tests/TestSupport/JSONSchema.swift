// SPDX-License-Identifier: GPL-2.0-or-later

import Foundation

/// Published schemas, and Python's `jsonschema` to hold documents against them.
public enum JSONSchema {
  /// What is wrong with documents, one sentence a mistake; nil where the schema or `jsonschema` is not here.
  /// - Parameter schema: a file of `../shared/eval/schemas`.
  public static func mistakes(in documents: [String], by schema: String) throws -> [String]? {
    guard let file = Shared.folder?.appending(path: "eval/schemas/\(schema)") else { return nil }
    let folder = try TemporaryFolder()
    let python = Program("/usr/bin/env", in: folder.url, environment: ProcessInfo.processInfo.environment)
    guard try python.run(["python3", "-c", "import jsonschema"]).status == 0 else {
      print("not run: python3 has no jsonschema (Debian: python3-jsonschema)")
      return nil
    }
    let input = documents.map { $0.replacing("\n", with: " ") }.joined(separator: "\n")
    let result = try python.run(["python3", "-c", script, file.path], input: Array(input.utf8), seconds: 300)
    guard result.status == 0 else { return ["python3: \(result.talk)"] }
    return result.text.split(separator: "\n").map(String.init)
  }

  /// Reads one document a line.
  private static let script = """
    import json, sys, jsonschema
    schema = json.load(open(sys.argv[1]))
    validator = jsonschema.validators.validator_for(schema)(schema)
    for number, line in enumerate(sys.stdin, 1):
        for error in validator.iter_errors(json.loads(line)):
            where = "/".join(str(part) for part in error.absolute_path)
            print(number, where, error.message[:200].replace(chr(10), " "))
    """
}
