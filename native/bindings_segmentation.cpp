// Arrays in and out for what becomes of a network's scores. Every kernel runs with the GIL released.
#include "restore_arrays.hpp"

namespace nb = nanobind;

namespace oncometry {
namespace {

struct OnProcessor {
    template <class... Arguments>
    static void classes(const Arguments&... arguments) {
        restore_classes(arguments...);
    }
    template <class... Arguments>
    static void regions(const Arguments&... arguments) {
        restore_regions(arguments...);
    }
};

}  // namespace

void register_segmentation(nb::module_& m) { register_restore<OnProcessor>(m); }

}  // namespace oncometry
