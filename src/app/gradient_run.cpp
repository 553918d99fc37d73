#include "hpnas/app/gradient_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <sstream>
#include <unordered_set>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/comm/tensor_broadcast.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/store/checkpoint.hpp"
#include "hpnas/supernet/divergence.hpp"

namespace hpnas {
namespace {

using Clock = std::chrono::steady_clock;

/// A checkpoint may take this share of the time between two of them.
constexpr double checkpoint_share = 0.05;
/// Likely encodings that are looked through at most; the fewer, where each is measured.
constexpr std::size_t looked_through = 65536, measured_through = 256;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class T>
std::function<void(std::span<T>)> mean_over(Communicator& comm) {
    if (comm.size() == 1) return {};
    return [&comm](std::span<T> values) {
        comm.sum(values);
        for (T& value : values) value /= static_cast<T>(comm.size());
    };
}

SearchRanks search_ranks(Communicator& comm) {
    return {comm.rank(), comm.size(), mean_over<float>(comm), mean_over<double>(comm)};
}

/// Whether any rank says so; the same on all.
bool any(Communicator& comm, bool mine) {
    double count = mine ? 1 : 0;
    comm.sum(std::span(&count, 1));
    return count > 0;
}

constexpr const char* elapsed_name = "history.elapsed";  // seconds of the epoch that is under way
constexpr const char* derived_name = "derived";

std::vector<std::int64_t> packed(const std::vector<Encoding>& encodings) {
    std::vector<std::int64_t> flat;
    for (const Encoding& x : encodings) flat.insert(flat.end(), x.begin(), x.end());
    return flat;
}

std::vector<Encoding> unpacked(const std::vector<std::int64_t>& flat, std::size_t width) {
    std::vector<Encoding> encodings(flat.size() / width);
    for (std::size_t i = 0; i < encodings.size() * width; ++i)
        encodings[i / width].push_back(static_cast<std::int16_t>(flat[i]));
    return encodings;
}

std::vector<std::string> decision_names(const SearchSpace& space) {
    std::vector<std::string> names;
    for (const Decision& decision : space.decisions()) names.push_back(decision.name);
    return names;
}

std::unique_ptr<GradientSearch> make_gradient_search(Workbench& bench, const GradientSearchOptions& options,
                                                     SearchRanks ranks) {
    try {
        return std::make_unique<GradientSearch>(bench.space(), bench.task(), bench.device(), options,
                                                static_cast<std::uint64_t>(bench.config().seed), std::move(ranks));
    } catch (const std::bad_alloc&) {
        throw ConfigError(
            fmt::format("strategy.batch: the supernet of space {} does not fit memory_limit_mib = {} with {} images",
                        bench.space().name(), bench.config().memory_limit_mib, options.batch));
    }
}

}  // namespace

GradientRun::GradientRun(Session& session, Workbench& bench)
    : session_(session),
      bench_(bench),
      options_(gradient_options(bench.config())),
      terms_(session, bench, options_),
      search_(make_search()),
      history_(terms_.names(), search_->supernet().groups, decision_names(bench.space())) {
    terms_.add_to(*search_);
}

std::unique_ptr<GradientSearch> GradientRun::make_search() {
    std::unique_ptr<GradientSearch> search;
    collectively(session_.comm, [&] { search = make_gradient_search(bench_, options_, search_ranks(session_.comm)); });
    return search;
}

bool GradientRun::search(const GradientRecords& records, StopToken& stop) {
    records_ = records;
    resume();
    if (search_->finished()) return true;
    Clock::time_point told = saved_ = Clock::now();
    while (!search_->finished()) {
        if (any(session_.comm, stop.requested())) {
            checkpoint();
            return false;
        }
        const Clock::time_point start = Clock::now();
        const StepReport report = step();
        stop.note_step(Seconds(seconds_since(start)));
        if (search_->epoch_report()) {
            close_epoch(*search_->epoch_report());
        } else if (seconds_since(told) > bench_.config().search.progress_seconds) {
            tell(report);
            told = Clock::now();
        }
        checkpoint_if_due();
    }
    checkpoint();
    return true;
}

/// Rank 0's checkpoint, on every rank.
void GradientRun::resume() {
    std::vector<NamedTensor> state;
    collectively(session_.comm, [&] {
        if (session_.root && std::filesystem::exists(records_.checkpoint))
            state = load_checkpoint(records_.checkpoint, records_.run);
    });
    epoch_start_ = Clock::now();
    state = broadcast_tensors(session_.comm, std::move(state));
    if (state.empty()) return;
    collectively(session_.comm, [&] {
        search_->restore(state);
        history_.restore(state);
        const auto& elapsed = tensor_of<double>(state, elapsed_name);
        epoch_start_ -= std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(elapsed.at(0)));
        derived_ = unpacked(tensor_of<std::int64_t>(state, derived_name), search_->supernet().groups.count());
    });
    session_.log.info("gradient search: continuing at step {} of {}", search_->step_count(), search_->n_steps());
    publish();
}

/// What diverges does so on every rank, as gradients and losses are shared; other errors are this rank's alone and end
/// the job.
StepReport GradientRun::step() {
    const std::int64_t warm = search_->steps_per_epoch() * options_.warmup_epochs;
    terms_.set_step(std::max<std::int64_t>(search_->step_count() - warm, 0));
    try {
        return search_->step();
    } catch (const DivergenceError& error) {
        throw AgreedError(error.exit_code(), error.what());
    }
}

void GradientRun::close_epoch(const EpochReport& report) {
    const double seconds = seconds_since(epoch_start_);
    const double images = static_cast<double>(search_->steps_per_epoch() * options_.batch * session_.comm.size());
    double latency_ms = 0;
    collectively(session_.comm, [&] {
        if (session_.root) latency_ms = terms_.latency_ms(report.most_likely);
    });
    history_.add(report, latency_ms, seconds, images);
    tell(report, latency_ms, images / seconds);
    publish();
    epoch_start_ = Clock::now();
}

void GradientRun::publish() {
    if (!session_.root) return;
    for (const Table& table : history_.tables()) records_.results->set_table(table);
    records_.results->publish_if_due();
}

void GradientRun::checkpoint() {
    if (!session_.root) return;
    const Clock::time_point start = Clock::now();
    std::vector<NamedTensor> state = search_->state();
    const std::vector<NamedTensor> history = history_.state();
    state.insert(state.end(), history.begin(), history.end());
    state.push_back({elapsed_name, std::vector<double>{seconds_since(epoch_start_)}});
    state.push_back({derived_name, packed(derived_)});
    save_checkpoint(records_.checkpoint, records_.run, state);
    checkpoint_s_ = seconds_since(start);
}

/// One that fails (disk full) is tried again later: the one before is intact.
void GradientRun::checkpoint_if_due() {
    const double period = std::max(bench_.config().search.checkpoint_seconds, checkpoint_s_ / checkpoint_share);
    if (!session_.root || seconds_since(saved_) <= period) return;
    try {
        checkpoint();
    } catch (const StoreError& error) {
        session_.log.warning("no checkpoint, trying again later: {}", error.what());
    }
    saved_ = Clock::now();
}

void GradientRun::tell(const StepReport& report) const {
    session_.log.info("gradient search: step {} of {}{}, weights' loss {:.4f} nat", report.step + 1, search_->n_steps(),
                      report.warm_up ? " (warm-up)" : "", report.weight_loss);
}

void GradientRun::tell(const EpochReport& report, double latency_ms, double images_per_second) const {
    const StepReport& mean = report.mean;
    std::string text = fmt::format("gradient search: epoch {} of {}{}: weights' loss {:.4f} nat, {:.0f} images/s",
                                   report.epoch + 1, options_.warmup_epochs + options_.epochs,
                                   mean.warm_up ? " (warm-up)" : "", mean.weight_loss, images_per_second);
    const auto add = [&](const char* format, double value) {
        if (std::isfinite(value)) text += fmt::format(fmt::runtime(format), value);
    };
    add(", L(z) {:.4f}", mean.loss.discrete);
    add(", L(zeta) {:.4f}", mean.loss.relaxed);
    add(", gap {:+.4f}", mean.validation - mean.train);
    const double entropy = std::accumulate(report.entropies.begin(), report.entropies.end(), 0.0);
    if (!mean.warm_up) add(", entropy {:.3f} nat per choice", entropy / static_cast<double>(report.entropies.size()));
    add(", likeliest network {:.4g} ms", latency_ms);
    session_.log.info("{}", text);
}

double GradientRun::target_ms() const noexcept {
    return options_.latency.form == "hinge" ? options_.latency.target_ms : std::numeric_limits<double>::infinity();
}

std::optional<std::vector<Encoding>> GradientRun::derive(const std::function<bool(const Encoding&)>& admits,
                                                         StopToken& stop) {
    const DeriveOptions& derive = options_.derive;
    const bool by_validation = derive.by == "validation";
    std::vector<Encoding> found;
    collectively(session_.comm, [&] {
        if (session_.root)  // of a continued run too, so that `admits` sees the same networks
            found = likely(static_cast<std::size_t>(by_validation ? derive.pool : derive.candidates), admits);
    });
    if (!derived_.empty()) return derived_;
    found = share(found);
    if (by_validation) {
        std::vector<std::pair<double, Encoding>> judged;
        for (const Encoding& x : found) {
            if (any(session_.comm, stop.requested())) return std::nullopt;
            judged.emplace_back(search_->validation_losses(std::span(&x, 1)).front(), x);
        }
        std::ranges::stable_sort(judged, {}, &std::pair<double, Encoding>::first);
        judged.resize(std::min(judged.size(), static_cast<std::size_t>(derive.candidates)));
        found.clear();
        for (auto& [loss, x] : judged) found.push_back(std::move(x));
    }
    derived_ = found;
    checkpoint();
    return found;
}

/// The likeliest different networks that may be derived. If none meets the target, the likeliest of all.
std::vector<Encoding> GradientRun::likely(std::size_t wanted, const std::function<bool(const Encoding&)>& admits) {
    std::vector<Encoding> all, within;
    std::unordered_set<Encoding, EncodingHash> seen;
    const bool measured = bench_.latency() != nullptr && bench_.latency()->name() == "measured";
    const std::size_t most = std::max(measured ? measured_through : looked_through, wanted);
    double fastest_ms = std::numeric_limits<double>::infinity();
    for (const Encoding& x : search_->architecture().most_likely(most)) {
        Encoding canonical = bench_.space().canonical(x);
        if (!seen.insert(canonical).second || !admits(canonical)) continue;
        const double latency_ms = std::isinf(target_ms()) ? 0 : terms_.latency_ms(canonical);
        fastest_ms = std::min(fastest_ms, latency_ms);
        if (latency_ms <= target_ms()) within.push_back(canonical);
        all.push_back(std::move(canonical));
        if (within.size() == wanted) break;
    }
    if (!within.empty()) return within;
    if (all.empty())
        throw DataError(
            "gradient search: none of the likely networks keeps objective.limits; widen them, or price what "
            "they bound (strategy.params, strategy.macs, strategy.latency)");
    session_.log.warning(
        "gradient search: none of the {} likeliest networks meets the target of {} ms, the fastest takes {:.4g} ms; "
        "raise strategy.latency.coefficient or lower strategy.latency.ramp_steps",
        all.size(), target_ms(), fastest_ms);
    all.resize(std::min(all.size(), wanted));
    return all;
}

/// Rank 0's list, on every rank.
std::vector<Encoding> GradientRun::share(const std::vector<Encoding>& encodings) {
    std::string lines;
    for (const Encoding& x : encodings) lines += to_text(x) + '\n';
    std::istringstream in(session_.comm.broadcast(lines));
    std::vector<Encoding> all;
    for (std::string line; std::getline(in, line);) all.push_back(encoding_from_text(line));
    return all;
}

SupernetEstimate estimate_gradient_search(Workbench& bench, int ranks) {
    GradientStrategyOptions options = gradient_options(bench.config());
    const std::int64_t epochs = options.warmup_epochs + options.epochs;
    options.warmup_epochs = 0;  // an architecture step is the dearer one
    options.epochs = std::max<std::int64_t>(options.epochs, 2);
    const auto search = make_gradient_search(bench, options, {0, ranks, {}, {}});
    search->step();
    const Clock::time_point start = Clock::now();
    search->step();
    return {search->steps_per_epoch() * epochs, std::ssize(search->parameters().trainable()), seconds_since(start),
            search->memory_bytes()};
}

}  // namespace hpnas
