// Arrays in and out for models that learn from tables. Every kernel runs with the GIL released.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "arrays.hpp"
#include "boosting.hpp"
#include "elastic_net.hpp"
#include "forest.hpp"
#include "survival_forest.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace oncometry {
namespace {

template <class T, int Dimensions>
using Given = nb::ndarray<const T, nb::ndim<Dimensions>, nb::c_contig, nb::device::cpu>;
using Changed2 = nb::ndarray<double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
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

// Each tree has rows, and a seed.
void check_counts(const Given<std::int32_t, 2>& counts, std::size_t rows, std::size_t seeds) {
    if (counts.shape(1) != rows || counts.shape(0) != seeds) {
        throw std::invalid_argument("counts are trees x rows, seeds one a tree");
    }
    for (std::size_t t = 0; t < seeds; ++t) {
        const std::int32_t* first = counts.data() + t * rows;
        if (std::none_of(first, first + rows, [](std::int32_t c) { return c > 0; })) {
            throw std::invalid_argument("a tree has no rows");
        }
    }
}

void check(const SurvivalRows& rows, const Given<std::int32_t, 2>& counts, std::size_t seeds) {
    check_counts(counts, rows.rows, seeds);
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
}

auto handed(FlatTrees&& trees, std::size_t outputs) {
    return std::make_tuple(handed(std::move(trees.feature)), handed(std::move(trees.threshold)),
                           handed(std::move(trees.left)), handed(std::move(trees.right)), handed(std::move(trees.leaf)),
                           handed(std::move(trees.roots)), give(std::move(trees.values), {trees.leaves, outputs}));
}

auto forest_of_means(const Given<double, 2>& columns, const Given<double, 2>& targets, const Given<std::int32_t, 2>& counts,
                     const Given<std::uint64_t, 1>& seeds, const std::tuple<std::size_t, std::size_t, int, int>& rule) {
    const std::size_t features = columns.shape(0), rows = columns.shape(1), outputs = targets.shape(1);
    if (targets.shape(0) != rows || outputs == 0) throw std::invalid_argument("targets are rows x outputs");
    check_counts(counts, rows, seeds.shape(0));
    const TreeRule how{std::get<0>(rule), std::max<std::size_t>(std::get<1>(rule), 1), std::get<2>(rule)};
    FlatTrees forest;
    {
        nb::gil_scoped_release release;
        const SortedColumns sorted(columns.data(), features, rows);
        forest = grow_forest(sorted, targets.data(), outputs, counts.data(), seeds.data(), seeds.shape(0), how,
                             std::get<3>(rule));
    }
    return handed(std::move(forest), outputs);
}

std::unique_ptr<Loss> loss_of(const std::string& name, const Outcomes& outcomes) {
    if (name == "squared" && outcomes.columns == 1) return squared_loss(outcomes);
    if (name == "classes" && outcomes.columns > 0) return class_loss(outcomes);
    if (name == "cox" && outcomes.columns == 2) {
        const double* reached = outcomes.values;
        const double* had = outcomes.values + outcomes.rows;
        for (std::size_t n = 0; n < outcomes.rows; ++n) {
            if (!(reached[n] >= (had[n] > 0.0 ? 1.0 : 0.0) && reached[n] <= double(outcomes.rows))) {
                throw std::invalid_argument("a row reached a time that is none of the rows'");
            }
        }
        return cox_loss(outcomes);
    }
    throw std::invalid_argument("no loss of this name has so many columns for a row");
}

using BoostingNumbers = std::tuple<std::size_t, std::size_t, int, double, std::size_t>;

auto boosted_trees(const Given<double, 2>& columns, const std::string& loss, const Given<double, 2>& outcomes,
                   const Given<double, 1>& weights, const Given<std::uint64_t, 1>& seeds, const BoostingNumbers& rule,
                   Changed2& scores) {
    const Outcomes known{outcomes.data(), weights.data(), outcomes.shape(0), columns.shape(1)};
    if (outcomes.shape(1) != known.rows || weights.shape(0) != known.rows || scores.shape(1) != known.rows) {
        throw std::invalid_argument("outcomes, weights and scores are one a row");
    }
    if (std::any_of(weights.data(), weights.data() + known.rows, [](double w) { return !(w > 0.0); })) {
        throw std::invalid_argument("a row has no weight");
    }
    const std::unique_ptr<Loss> how = loss_of(loss, known);
    const BoostingRule numbers{{std::get<0>(rule), std::max<std::size_t>(std::get<1>(rule), 1), std::get<2>(rule)},
                               std::get<3>(rule),
                               std::get<4>(rule)};
    if (scores.shape(0) != how->scores() || known.rows == 0 || numbers.rows_seen == 0) {
        throw std::invalid_argument("scores are those of the loss, and there are rows to see");
    }
    FlatTrees trees;
    {
        nb::gil_scoped_release release;
        const SortedColumns sorted(columns.data(), columns.shape(0), known.rows);
        trees = boost(sorted, *how, weights.data(), seeds.data(), seeds.shape(0), numbers, scores.data());
    }
    return handed(std::move(trees), 1);
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
    m.def("boosted_trees", &boosted_trees, "columns"_a.noconvert(), "loss"_a, "outcomes"_a.noconvert(),
          "weights"_a.noconvert(), "seeds"_a.noconvert(), "rule"_a, "scores"_a.noconvert());
    m.def("mean_forest", &forest_of_means, "columns"_a.noconvert(), "targets"_a.noconvert(), "counts"_a.noconvert(),
          "seeds"_a.noconvert(), "rule"_a);
    m.def("survival_forest", &forest_of_survival, "columns"_a.noconvert(), "reached"_a.noconvert(),
          "events"_a.noconvert(), "times"_a, "counts"_a.noconvert(), "seeds"_a.noconvert(), "kept"_a.noconvert(),
          "rule"_a);
}

}  // namespace oncometry
