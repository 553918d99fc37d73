#include "hpnas/score/builtin.hpp"

#include "hpnas/score/az_nas.hpp"
#include "hpnas/score/de_score.hpp"
#include "hpnas/score/denas_condition.hpp"
#include "hpnas/score/denas_diversity.hpp"
#include "hpnas/score/denas_saliency.hpp"
#include "hpnas/score/diversity.hpp"
#include "hpnas/score/expressivity.hpp"
#include "hpnas/score/fisher.hpp"
#include "hpnas/score/grad_norm.hpp"
#include "hpnas/score/grasp.hpp"
#include "hpnas/score/jacob_cov.hpp"
#include "hpnas/score/linear_regions.hpp"
#include "hpnas/score/meco.hpp"
#include "hpnas/score/naswot.hpp"
#include "hpnas/score/ntk.hpp"
#include "hpnas/score/saliency.hpp"
#include "hpnas/score/size_scores.hpp"
#include "hpnas/score/snip.hpp"
#include "hpnas/score/synflow.hpp"
#include "hpnas/score/zen.hpp"

namespace hpnas {

const Registry<Score>& scores() {
    static const Registry<Score> registry(
        "score",
        {
            registry_entry<Score, AzExpressivity, NoScoreOptions>(
                "az_expressivity", "sum over blocks of the entropy of their channels' covariance"),
            registry_entry<Score, AzProgressivity, NoScoreOptions>(
                "az_progressivity", "smallest growth of that entropy from block to block"),
            registry_entry<Score, AzTrainability, NoScoreOptions>("az_trainability",
                                                                  "how near to 1 blocks scale random gradients"),
            registry_entry<Score, DeScore, DeScoreOptions>(
                "de_score", "expressivity, complexity, diversity and saliency on one scale (DE-NAS)"),
            registry_entry<Score, DenasCondition, NoScoreOptions>(
                "denas_condition", "condition number as DE-NAS's own program computes it, smaller is better"),
            registry_entry<Score, DenasDiversity, NoScoreOptions>(
                "denas_diversity", "diversity as DE-NAS's own program computes it, slips included"),
            registry_entry<Score, DenasSaliency, NoScoreOptions>(
                "denas_saliency", "saliency as DE-NAS's own program computes it, slips included"),
            registry_entry<Score, Depth, NoScoreOptions>("depth", "layers with weights on the longest way"),
            registry_entry<Score, Diversity, DiversityOptions>(
                "diversity", "nuclear norms of weights and gradients, of attention if there is any"),
            registry_entry<Score, Expressivity, PerturbationOptions>(
                "expressivity", "answer to a small change of Gaussian images (DE-NAS)"),
            registry_entry<Score, Latency, NoScoreOptions>("latency", "predicted latency, smaller is better"),
            registry_entry<Score, MacCount, NoScoreOptions>("macs", "multiply-accumulates"),
            registry_entry<Score, Meco, MecoOptions>(
                "meco", "least eigenvalues of the channels' correlation, over all feature maps"),
            registry_entry<Score, ParameterCount, NoScoreOptions>("params", "trainable parameters"),
            registry_entry<Score, Saliency, SaliencyOptions>("saliency", "gradient flow per output channel (DE-NAS)"),
            registry_entry<Score, Synflow, NoScoreOptions>("synflow",
                                                           "gradient flow on positive weights, of any depth"),
            registry_entry<Score, Zen, ZenOptions>("zen",
                                                   "answer to a small change of Gaussian images, batch norms undone"),
            registry_entry<Score, Fisher, NoScoreOptions>("fisher",
                                                          "channels' products of outputs and their gradients, squared"),
            registry_entry<Score, GradNorm, GradNormOptions>("grad_norm", "sum of the layers' gradient norms"),
            registry_entry<Score, Grasp, GraspOptions>("grasp",
                                                       "- theta^T H g: how a gradient step changes the gradient"),
            registry_entry<Score, JacobCov, JacobCovOptions>("jacob_cov",
                                                             "correlations of the samples' input gradients"),
            registry_entry<Score, LinearRegions, LinearRegionsOptions>("linear_regions",
                                                                       "different ReLU patterns among random samples"),
            registry_entry<Score, Naswot, NoScoreOptions>("naswot",
                                                          "ln det of the samples' numbers of equal ReLU states"),
            registry_entry<Score, Ntk, NtkOptions>("ntk", "condition number of the neural tangent kernel"),
            registry_entry<Score, Snip, NoScoreOptions>("snip", "sum over weights of |weight * gradient|"),
        });
    return registry;
}

}  // namespace hpnas
