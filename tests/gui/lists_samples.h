// SPDX-License-Identifier: GPL-3.0-or-later
// Runs and declarations for the tests of lists, and an application without a screen.
#pragma once
#include "core/experiment.h"
#include "views/runs/run_store.h"

#include <QApplication>
#include <QStandardPaths>

#include <cmath>
#include <string>
#include <vector>

inline QApplication& application() {
    static int count = 1;
    static char name[] = "test_gui_lists";
    static char* arguments[] = {name, nullptr};
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    static auto* made = new QApplication(count, arguments); // outlives every test
    return *made;
}

inline orrery::Declaration sample_declaration() {
    using orrery::FieldType;
    orrery::Declaration declaration;
    declaration.id = "pinn.sqg";
    declaration.title = "Critical SQG";
    auto& fields = declaration.schema.fields;
    orrery::Field kappa;
    kappa.name = "kappa";
    kappa.default_value = 0.1;
    kappa.min = 0;
    kappa.max = 10;
    kappa.log10 = true;
    kappa.help = "Dissipation coefficient";
    fields.push_back(kappa);
    orrery::Field time;
    time.name = "final_time";
    time.default_value = 1.0;
    time.min = 1e-3;
    time.max = 100;
    time.unit = "L/U";
    time.help = "End of the time interval";
    fields.push_back(time);
    orrery::Field initial;
    initial.name = "initial";
    initial.type = FieldType::path;
    initial.kind = "field";
    initial.default_value = std::string("cmt");
    initial.help = "Initial field: a name or an .npy file";
    fields.push_back(initial);
    orrery::Field width;
    width.name = "width";
    width.type = FieldType::integer;
    width.default_value = std::int64_t{32};
    width.min = 4;
    width.max = 1024;
    width.group = "Network";
    width.help = "Units of a layer";
    fields.push_back(width);
    orrery::Field optimizer;
    optimizer.name = "optimizer";
    optimizer.type = FieldType::choice;
    optimizer.choices = {"adam", "lbfgs", "ssbroyden"};
    optimizer.default_value = std::string("adam");
    optimizer.group = "Network";
    optimizer.help = "What trains the network";
    fields.push_back(optimizer);
    orrery::Field exact;
    exact.name = "exact";
    exact.type = FieldType::boolean;
    exact.default_value = false;
    exact.group = "Network";
    exact.help = "Impose the initial condition exactly";
    fields.push_back(exact);
    orrery::Field remark;
    remark.name = "remark";
    remark.type = FieldType::text;
    remark.default_value = std::string();
    remark.help = "Goes into the report";
    fields.push_back(remark);
    orrery::MetricDeclaration error;
    error.key = "error/l2";
    error.lower_is_better = true;
    declaration.metrics.push_back(error);
    orrery::MetricDeclaration accuracy;
    accuracy.key = "accuracy";
    declaration.metrics.push_back(accuracy);
    return declaration;
}

inline orrery::RunRow sample_run(int number) {
    orrery::RunRow run;
    run.number = number;
    std::string tail = "000000";
    int rest = number;
    for (std::size_t i = 6; i-- > 0; rest /= 10) tail[i] = static_cast<char>('a' + rest % 10);
    run.id = "k3f4" + tail;
    run.experiment = "pinn.sqg";
    run.device = "cpu";
    run.parameters = {{"kappa", 0.1}, {"width", 32}, {"optimizer", "adam"}};
    run.status = orrery::Status::done;
    run.end = orrery::RunEnd{};
    run.created = run.began = run.ended = "2026-11-21T09:00:00.000Z";
    run.progress = 1;
    run.seconds = 60;
    return run;
}

inline orrery::gui::RunSnapshot snapshot(std::vector<orrery::RunRow> runs) {
    return std::make_shared<const std::vector<orrery::RunRow>>(std::move(runs));
}
