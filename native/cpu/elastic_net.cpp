#include "elastic_net.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace oncometry {
namespace {

double shrunk(double value, double by) { return value > by ? value - by : value < -by ? value + by : 0.0; }

class Descent {
  public:
    Descent(const QuadraticLoss& loss, const ElasticNet& penalty, double* gradient, double* coefficients,
            double* intercept)
        : loss_(loss), penalty_(penalty), gradient_(gradient), coefficients_(coefficients), intercept_(intercept),
          curvature_(loss.features, -1.0) {
        for (std::size_t n = 0; n < loss.rows; ++n) total_ += loss.weights[n];
    }

    // The largest change of the loss by one move of this pass; `active` gets the features that are not 0.
    double pass_over_all(std::vector<std::size_t>& active) {
        active.clear();
        double most = move_intercept();
        for (std::size_t f = 0; f < loss_.features; ++f) {
            most = std::max(most, move(f));
            if (coefficients_[f] != 0.0) active.push_back(f);
        }
        return most;
    }

    double pass_over(const std::vector<std::size_t>& features) {
        double most = move_intercept();
        for (const std::size_t f : features) most = std::max(most, move(f));
        return most;
    }

  private:
    double move(std::size_t f) {
        const double* x = loss_.columns + f * loss_.rows;
        double slope = 0.0;
        for (std::size_t n = 0; n < loss_.rows; ++n) slope += x[n] * gradient_[n];
        const double before = coefficients_[f];
        if (before == 0.0 && std::abs(slope) <= penalty_.lasso) return 0.0;
        const double bend = curvature(f);
        if (bend + penalty_.ridge <= 0.0) return 0.0;
        const double after = shrunk(slope + bend * before, penalty_.lasso) / (bend + penalty_.ridge);
        const double change = after - before;
        if (change == 0.0) return 0.0;
        coefficients_[f] = after;
        for (std::size_t n = 0; n < loss_.rows; ++n) gradient_[n] -= loss_.weights[n] * x[n] * change;
        return (bend + penalty_.ridge) * change * change;
    }

    double move_intercept() {
        if (!penalty_.intercept || total_ <= 0.0) return 0.0;
        double slope = 0.0;
        for (std::size_t n = 0; n < loss_.rows; ++n) slope += gradient_[n];
        const double change = slope / total_;
        *intercept_ += change;
        for (std::size_t n = 0; n < loss_.rows; ++n) gradient_[n] -= loss_.weights[n] * change;
        return total_ * change * change;
    }

    double curvature(std::size_t f) {
        if (curvature_[f] < 0.0) {
            const double* x = loss_.columns + f * loss_.rows;
            double sum = 0.0;
            for (std::size_t n = 0; n < loss_.rows; ++n) sum += loss_.weights[n] * x[n] * x[n];
            curvature_[f] = sum;
        }
        return curvature_[f];
    }

    const QuadraticLoss& loss_;
    const ElasticNet& penalty_;
    double *gradient_, *coefficients_, *intercept_;
    std::vector<double> curvature_;
    double total_ = 0.0;
};

}  // namespace

int descend(const QuadraticLoss& loss, const ElasticNet& penalty, int passes, double tolerance, double* gradient,
            double* coefficients, double* intercept) {
    Descent descent(loss, penalty, gradient, coefficients, intercept);
    std::vector<std::size_t> active;
    int made = 0;
    while (made < passes) {
        ++made;
        if (descent.pass_over_all(active) <= tolerance) break;
        while (made < passes) {
            ++made;
            if (descent.pass_over(active) <= tolerance) break;
        }
    }
    return made;
}

}  // namespace oncometry
