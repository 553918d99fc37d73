#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "hpnas/latency/surrogate_file.hpp"
#include "hpnas/latency/table_model.hpp"

namespace hpnas {

struct SurrogateModelOptions {
    std::string path;
    std::int64_t batch = 1;
    bool force = false;
    TimingOptions timing{};  ///< of `hpnas latency surrogate`
    void visit(OptionVisitor& v);
};

/// Checks that the record may be used here: for the present space (where the context names one) and, unless
/// options.force, device, batch and number of threads. @throws StoreError naming the first difference
void check_usable(const SurrogateRecord& record, const SurrogateModelOptions& options, const LatencyContext& context);

/// Latency of encodings by a surrogate that `hpnas latency surrogate` has fitted. A prediction below half of the
/// shortest time that was measured is replaced by that half: a fitted function knows no bound of its own.
class SurrogateModel : public LatencyModel {
public:
    const LatencySurrogate& surrogate() const noexcept { return *surrogate_; }
    const SurrogateRecord& record() const noexcept { return record_; }
    std::string_view name() const noexcept override { return surrogate_->name(); }

protected:
    /// @param kind  linear | mlp   @throws StoreError if the file is missing, has no such surrogate, or is not usable
    SurrogateModel(std::string_view kind, const SurrogateModelOptions& options, const LatencyContext& context);

private:
    /// @throws ConfigError: a network alone is not enough
    Milliseconds do_predict(const Network& network) override;
    Milliseconds do_predict_encoded(const Network& network, std::span<const std::int16_t> encoding) override;

    SurrogateRecord record_;
    ChoiceGroups groups_;
    const LatencySurrogate* surrogate_ = nullptr;  // in record_
    double least_ms_ = 0;
};

/// Ridge regression on one-hot choices.
class LinearModel final : public SurrogateModel {
public:
    LinearModel(const SurrogateModelOptions& options, const LatencyContext& context)
        : SurrogateModel("linear", options, context) {}
};

/// Fully connected network on one-hot choices.
class MlpModel final : public SurrogateModel {
public:
    MlpModel(const SurrogateModelOptions& options, const LatencyContext& context)
        : SurrogateModel("mlp", options, context) {}
};

}  // namespace hpnas
