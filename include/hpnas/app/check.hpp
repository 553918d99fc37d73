#pragma once
#include "hpnas/app/layout.hpp"
#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"

namespace hpnas {

/// `search --check`: what the run would do, on which ranks and threads, and an estimate of time, memory and file size
/// from one training step of a few random networks. Evaluates and writes nothing. Collective; rank 0 prints.
ExitCode check_search(Session& session, Workbench& bench, const Layout& layout);

}  // namespace hpnas
