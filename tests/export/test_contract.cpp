// What holds for every registered operator and every space; test_exported_networks.py checks the numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "export/exported.hpp"
#include "export/random_spaces.hpp"
#include "hpnas/op/builtin.hpp"
#include "op/example.hpp"
#include "space/make_space.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(Contract, EveryRegisteredOperatorHasOneTranslator) {
    std::vector<std::string> registered;
    for (const auto& entry : operators().entries()) registered.push_back(entry.name);
    const std::vector<std::string_view> translated = onnx_operators();
    EXPECT_EQ(std::set<std::string>(registered.begin(), registered.end()),
              std::set<std::string>(translated.begin(), translated.end()));
    EXPECT_EQ(translated.size(), registered.size());
}

TEST(Contract, EveryRegisteredOperatorIsExportedInTheExamples) {
    std::set<std::string_view> seen;
    for (const Example& example : examples()) seen.insert(example.op->type());
    for (const auto& entry : operators().entries()) EXPECT_EQ(seen.count(entry.name), 1U) << entry.name;
}

TEST(Contract, EveryExampleIsValidForAnyBatchAndForOne) {
    for (const Example& example : examples()) {
        SCOPED_TRACE(example.label);
        for (const std::int64_t batch : {0, 1, 4}) {
            const onnx::ModelProto model = exported(example.op, example.inputs, batch);
            EXPECT_EQ(sizes(model.graph().output(0))[0], batch == 0 ? "batch" : std::to_string(batch));
        }
    }
}

TEST(Contract, EveryRegisteredSpaceIsExported) {
    std::set<std::string> seen;
    for (const RandomSpace& random : random_spaces()) {
        const ConfigNode node = parse_yaml(random.yaml, "random_spaces");
        const ConfigNode* name = node.find("name");
        seen.insert(name != nullptr ? name->scalar : node.scalar);
    }
    for (const auto& entry : spaces().entries())
        if (entry.name != "tabular") {  // has no networks
            EXPECT_EQ(seen.count(entry.name), 1U) << entry.name;
        }
}

}  // namespace
}  // namespace hpnas
