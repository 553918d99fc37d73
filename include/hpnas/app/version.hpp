#pragma once
#include <string>

#include "hpnas/app/layout.hpp"
#include "hpnas/store/provenance.hpp"

namespace hpnas {

/// Program, compiler and library versions, one per line: `hpnas --version`.
std::string version_text();

/// "0.1.0".
std::string program_version();

/// Versions that measured times depend on, in one line: program and kernel library.
std::string library_versions();

/// Where a run's results come from. @param dataset  path and size of the data, as text; command_line as typed
Provenance make_provenance(const Layout& layout, const std::string& command_line, Provenance::Attributes dataset);

}  // namespace hpnas
