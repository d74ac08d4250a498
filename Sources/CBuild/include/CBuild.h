#pragma once

// What whoever builds Easel tells it, by variables of the environment that Package.swift reads.

/// The commit that it was built from (EASEL_COMMIT); empty where nobody said.
extern const char *const CBuildCommit;
