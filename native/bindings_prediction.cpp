// Arrays in and out for models that learn from tables. Every kernel runs with the GIL released.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "arrays.hpp"
#include "elastic_net.hpp"
#include "survival_forest.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

template <class T, int Dimensions>
using Given = nb::ndarray<const T, nb::ndim<Dimensions>, nb::c_contig, nb::device::cpu>;
using Changed = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <class T>
auto handed(std::vector<T>&& values) {
    const std::size_t n = values.size();
    return give(std::move(values), {n});
}

auto descend_elastic_net(const Given<double, 2>& columns, const Given<double, 1>& weights,
                         const std::tuple<double, double, bool>& penalty, int passes, double tolerance, Changed& gradient,
                         Changed& coefficients, double intercept) {
    const QuadraticLoss loss{columns.data(), weights.data(), columns.shape(1), columns.shape(0)};
    if (weights.shape(0) != loss.rows || gradient.shape(0) != loss.rows || coefficients.shape(0) != loss.features) {
        throw std::invalid_argument("weights and gradient are one a row, coefficients one a feature");
    }
    const ElasticNet net{std::get<0>(penalty), std::get<1>(penalty), std::get<2>(penalty)};
    int made = 0;
    {
        nb::gil_scoped_release release;
        made = descend(loss, net, passes, tolerance, gradient.data(), coefficients.data(), &intercept);
    }
    return std::make_tuple(made, intercept);
}

void check(const SurvivalRows& rows, const Given<std::int32_t, 2>& counts, std::size_t seeds) {
    if (counts.shape(1) != rows.rows || counts.shape(0) != seeds) {
        throw std::invalid_argument("counts are trees x rows, seeds one a tree");
    }
    for (std::size_t n = 0; n < rows.rows; ++n) {
        const std::int32_t reached = rows.reached[n];
        if (reached < 0 || std::size_t(reached) > rows.times || (rows.events[n] && reached == 0)) {
            throw std::invalid_argument("a row reached a time that is none of those given");
        }
    }
    for (std::size_t k = 0; k < rows.kept_times; ++k) {
        if (rows.kept[k] < 0 || std::size_t(rows.kept[k]) >= rows.times) {
            throw std::invalid_argument("a time that is kept is none of the rows'");
        }
    }
    for (std::size_t t = 0; t < seeds; ++t) {
        const std::int32_t* first = counts.data() + t * rows.rows;
        if (std::none_of(first, first + rows.rows, [](std::int32_t c) { return c > 0; })) {
            throw std::invalid_argument("a tree has no rows");
        }
    }
}

auto forest_of_survival(const Given<double, 2>& columns, const Given<std::int32_t, 1>& reached,
                        const Given<std::uint8_t, 1>& events, std::size_t times, const Given<std::int32_t, 2>& counts,
                        const Given<std::uint64_t, 1>& seeds, const Given<std::int32_t, 1>& kept,
                        const std::tuple<std::size_t, std::size_t, int, int>& rule) {
    const SurvivalRows rows{columns.data(),   reached.data(), events.data(), columns.shape(1),
                            columns.shape(0), times,          kept.data(),   kept.shape(0)};
    if (reached.shape(0) != rows.rows || events.shape(0) != rows.rows) {
        throw std::invalid_argument("times and events are one a row");
    }
    check(rows, counts, seeds.shape(0));
    const ForestRule how{std::get<0>(rule), std::max<std::size_t>(std::get<1>(rule), 1), std::get<2>(rule), std::get<3>(rule)};
    SurvivalForest forest;
    {
        nb::gil_scoped_release release;
        forest = grow_survival_forest(rows, counts.data(), seeds.data(), seeds.shape(0), how);
    }
    const std::size_t leaves = rows.kept_times > 0 ? forest.hazards.size() / rows.kept_times : 0;
    return std::make_tuple(handed(std::move(forest.feature)), handed(std::move(forest.threshold)),
                           handed(std::move(forest.left)), handed(std::move(forest.right)),
                           handed(std::move(forest.leaf)), handed(std::move(forest.roots)),
                           give(std::move(forest.hazards), {leaves, rows.kept_times}));
}

}  // namespace

void register_prediction(nb::module_& m) {
    m.def("descend_elastic_net", &descend_elastic_net, "columns"_a.noconvert(), "weights"_a.noconvert(), "penalty"_a,
          "passes"_a, "tolerance"_a, "gradient"_a.noconvert(), "coefficients"_a.noconvert(), "intercept"_a);
    m.def("survival_forest", &forest_of_survival, "columns"_a.noconvert(), "reached"_a.noconvert(),
          "events"_a.noconvert(), "times"_a, "counts"_a.noconvert(), "seeds"_a.noconvert(), "kept"_a.noconvert(),
          "rule"_a);
}

}  // namespace oncometry
