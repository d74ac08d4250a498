package import Files
package import Jobs

extension StyleLibrary {
  /// The plan with the remembered styles that it names as further inputs, which are copied: from then on the job depends on the
  /// library no longer. A style that there is not is the job's fault, in words.
  ///
  /// - Throws: `FileError` when the library cannot be read now.
  package func supply(_ plan: ClaimPlan) throws(FileError) -> ClaimPlan {
    var plan = plan
    for (index, input) in plan.inputs.pictures[.style].enumerated() where plan.fault == nil {
      guard input.file == nil, let use = input.style, use.isNamed, let name = StyleName(use.name) else { continue }
      do {
        let original = try original(of: name)
        let destination = Self.freePlace("\(use.name).style\(original.ending)", in: plan.moves)
        plan.inputs.pictures[.style][index].file = Path(destination)
        plan.moves.append(
          .init(
            source: original.fileName, folder: original.folder, destination: destination, kind: .copy,
            identity: original.identity))
      } catch let error as StyleNotFound {
        let settings = plan.inputs.settings.map { "\($0.lastName): " } ?? ""
        plan.fault = JobFault(
          "\(settings)style: \(error)",
          advice: StyleNotFound.advice + " Then move this folder back into the inbox to try again.")
      } catch let error as FileError {
        throw error
      } catch {
        plan.fault = JobFault("style: \(error)")
      }
    }
    return plan
  }

  private static func freePlace(_ name: String, in moves: [ClaimPlan.Move]) -> String {
    FreeName.first({ $0 == 1 ? "inputs/\(name)" : "inputs/\($0)-\(name)" }) { name in
      moves.contains { $0.destination == name }
    }
  }
}
