#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/darts_genotype.hpp"

namespace hpnas {
namespace {

std::string message(std::string_view text) {
    try {
        genotype_from_text(text);
    } catch (const EncodingError& error) {
        return error.what();
    }
    return {};
}

TEST(DartsGenotype, TextIsReadAndWritten) {
    for (const char* name : {"unas_cifar10", "unas_cifar100", "unas_imagenet"}) {
        const DartsGenotype genotype = genotype_from_text(name);
        EXPECT_EQ(genotype_from_text(to_text(genotype)), genotype);
    }
    const DartsGenotype cifar10 = genotype_from_text("unas_cifar10");
    EXPECT_EQ(cifar10.normal[1][1], (DartsSlot{1, DartsOperation::dil_conv_3x3}));
    EXPECT_EQ(cifar10.reduce[3][0], (DartsSlot{3, DartsOperation::sep_conv_5x5}));
}

TEST(DartsGenotype, MistakesAreNamed) {
    EXPECT_NE(message("normal|conv~0|").find("expected an operation"), std::string::npos);
    EXPECT_NE(message("normal|skip_connect~2|").find("expected an input in [0, 1] of node 0"), std::string::npos);
    EXPECT_NE(message("reduce|").find("expected 'normal'"), std::string::npos);
    EXPECT_NE(message(to_text(genotype_from_text("unas_cifar10")) + "|").find("nothing more"), std::string::npos);
}

}  // namespace
}  // namespace hpnas
