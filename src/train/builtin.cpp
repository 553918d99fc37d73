#include "hpnas/train/adamw.hpp"
#include "hpnas/train/constant_schedule.hpp"
#include "hpnas/train/cosine_schedule.hpp"
#include "hpnas/train/inverse_root_schedule.hpp"
#include "hpnas/train/linear_schedule.hpp"
#include "hpnas/train/rmsprop.hpp"
#include "hpnas/train/sgd.hpp"
#include "hpnas/train/step_schedule.hpp"

namespace hpnas {

const Registry<Optimizer>& optimizers() {
    static const Registry<Optimizer> registry(
        "training.optimizer",
        {registry_entry<Optimizer, Sgd, SgdOptions>("sgd", "gradient descent with momentum"),
         registry_entry<Optimizer, RmsProp, RmsPropOptions>("rmsprop",
                                                            "RMSprop in TensorFlow's form, as GPUNet trains"),
         registry_entry<Optimizer, AdamW, AdamWOptions>("adamw", "Adam with decoupled weight decay")});
    return registry;
}

const Registry<Schedule>& schedules() {
    static const Registry<Schedule> registry(
        "training.schedule",
        {registry_entry<Schedule, ConstantSchedule, WarmupOptions>("constant", "the highest rate throughout"),
         registry_entry<Schedule, CosineSchedule, CosineOptions>("cosine",
                                                                 "half a cosine wave down to the end of training"),
         registry_entry<Schedule, LinearSchedule, LinearOptions>(
             "linear", "a straight line down to the end of training, as BERT is trained"),
         registry_entry<Schedule, InverseRootSchedule, WarmupOptions>(
             "inverse_root", "1 / square root of the time, as speech transformers are trained (Noam)"),
         registry_entry<Schedule, StepSchedule, StepOptions>("step",
                                                             "a decay every so many epochs, as GPUNet trains")});
    return registry;
}

}  // namespace hpnas
