// SPDX-License-Identifier: GPL-3.0-or-later
// The form, driven by mouse and keyboard.
#include "tests/catch.h"
#include "tests/gui/lists_samples.h"
#include "views/form/number_box.h"
#include "views/form/parameter_form.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>

using namespace orrery;
using namespace orrery::gui;

namespace {

struct Shown {
    QApplication& screen = application(); // before any widget
    Shown() {
        form.set_declaration(sample_declaration());
        form.resize(360, 560);
        form.show();
        (void)QTest::qWaitForWindowExposed(&form);
    }
    template <class Widget = QWidget>
    Widget* find(const QString& name) {
        auto* widget = form.findChild<Widget*>(name);
        REQUIRE(widget);
        return widget;
    }
    void type(const QString& field, const QString& text) {
        auto* widget = find("field:" + field);
        widget->setFocus();
        QTest::keyClick(widget, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(widget, text);
    }
    ParameterForm form;
};

} // namespace

TEST_CASE("the form begins with the defaults and says only what differs", "[gui]") {
    Shown shown;
    CHECK(shown.form.is_valid());
    CHECK(shown.form.assignments().isEmpty());
    CHECK(shown.form.sweep_points() == 1);
    CHECK_FALSE(shown.find("dot:kappa")->isVisible());
    shown.type("kappa", "0.2");
    CHECK(shown.form.assignments() == QStringList{"kappa=0.2"});
    CHECK(shown.find("dot:kappa")->isVisible());
    QTest::mouseClick(shown.find("reset:kappa"), Qt::LeftButton);
    CHECK(shown.form.assignments().isEmpty());
    CHECK_FALSE(shown.find("reset:kappa")->isVisible());
    shown.type("kappa", "1e-1"); // the default, written otherwise
    CHECK(shown.form.assignments().isEmpty());
    CHECK(static_cast<NumberBox*>(shown.find("field:kappa"))->text() == "1e-1"); // stays as typed
}

TEST_CASE("a wrong value is named under its field in the schema's words", "[gui][P7][P9]") {
    Shown shown;
    QSignalSpy changes(&shown.form, &ParameterForm::changed);
    shown.type("width", "3");
    CHECK_FALSE(shown.form.is_valid());
    CHECK(shown.form.sweep_points() == 0);
    auto* message = shown.find<QLabel>("message:width");
    CHECK(message->isVisible());
    CHECK(message->text() == "width is '3'; accepted: a whole number from 4 to 1024");
    CHECK(shown.find("field:width")->accessibleDescription() == message->text());
    CHECK(shown.form.assignments() == QStringList{"width=3"});
    CHECK(changes.count() > 0);
    shown.type("width", "64");
    CHECK(shown.form.is_valid());
    CHECK_FALSE(message->isVisible());
}

TEST_CASE("a sweep stands where a value stands", "[gui]") {
    Shown shown;
    shown.type("kappa", "1e-3..1:log:4");
    CHECK(shown.form.is_sweep());
    CHECK(shown.form.sweep_points() == 4);
    CHECK(shown.find<QLabel>("message:kappa")->text().startsWith("4 values: 0.001, 0.01, 0.1, 1"));
    shown.type("width", "16,32,64");
    CHECK(shown.form.sweep_points() == 12);
    // All of it can be read: the slider, which says nothing of a sweep, makes room.
    auto* box = shown.find("field:kappa");
    auto* line = box->findChild<QLineEdit*>();
    QTest::qWait(50); // for the layout
    CHECK_FALSE(shown.find("slider:kappa")->isVisible());
    CHECK(box->width() == box->parentWidget()->width());
    CHECK(line->width() > line->fontMetrics().horizontalAdvance(line->text()));
    shown.type("kappa", "1e-3");
    CHECK(shown.find("slider:kappa")->isVisible());
    shown.type("kappa", "1e-3..1:log:4");
    CHECK(shown.form.assignments() == QStringList{"kappa=1e-3..1:log:4", "width=16,32,64"});
    shown.type("width", "4..1024:lin:1000");
    shown.type("final_time", "1..2:lin:11");
    CHECK_FALSE(shown.form.is_valid());
    CHECK(shown.find<QLabel>("form_problems")->text().startsWith("the grid has more than 10000 points"));
}

TEST_CASE("commas in a text are commas until they are said to separate", "[gui]") {
    Shown shown;
    shown.type("remark", "a,b");
    CHECK_FALSE(shown.form.is_sweep());
    CHECK(shown.form.assignments() == QStringList{"remark=a,b"});
    shown.type("kappa", "1,2");
    CHECK(shown.form.assignments() == QStringList{"kappa=1,2", "remark=a\\,b"}); // as core/sweep.h reads it
    QTest::mouseClick(shown.find("commas:remark"), Qt::LeftButton);
    CHECK(shown.form.sweep_points() == 4);
    const auto typed = shown.form.assignments();
    CHECK(typed == QStringList{"kappa=1,2", "remark=a,b"});
    shown.form.reset();
    CHECK(shown.form.assignments().isEmpty());
    shown.form.set_assignments(typed);
    CHECK(shown.form.assignments() == typed);
    CHECK(shown.form.sweep_points() == 4);
    shown.form.set_assignments({"kappa=1,2", "remark=a\\,b"});
    CHECK(shown.form.assignments() == QStringList{"kappa=1,2", "remark=a\\,b"});
    CHECK(shown.form.sweep_points() == 2);
}

TEST_CASE("the slider is logarithmic, and the arrows keep to good numbers", "[gui]") {
    Shown shown;
    auto* slider = shown.find<QSlider>("slider:kappa");
    const int before = slider->value();
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_PageUp); // a decade
    CHECK(slider->value() > before);
    CHECK(shown.form.assignments() == QStringList{"kappa=1"});
    QTest::keyClick(slider, Qt::Key_End);
    CHECK(shown.form.assignments() == QStringList{"kappa=10"});
    auto* box = static_cast<NumberBox*>(shown.find("field:kappa"));
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Up);
    CHECK(box->text() == "10"); // the end of the range
    QTest::keyClick(box, Qt::Key_Down);
    CHECK(box->text() == "5");
    QTest::keyClick(box, Qt::Key_Down);
    CHECK(box->text() == "2");
    shown.type("kappa", "0.1,1");
    CHECK_FALSE(slider->isEnabled());
    shown.type("kappa", "1");
    CHECK(slider->isEnabled());
    Field whole;
    whole.type = FieldType::integer;
    whole.min = 4;
    CHECK(stepped(whole, 4, -1) == 4);
    CHECK(stepped(whole, 4, 1) == 5);
    Field linear;
    CHECK(stepped(linear, 1.5, 1) == 1.6);
    CHECK(stepped(linear, 0, -1) == -0.1);
}

TEST_CASE("choices and check boxes are driven by keys and can be swept", "[gui]") {
    Shown shown;
    auto* exact = shown.find<QCheckBox>("field:exact");
    exact->setFocus();
    QTest::keyClick(exact, Qt::Key_Space);
    CHECK(shown.form.assignments() == QStringList{"exact=true"});
    shown.form.set_assignments({"exact=false,true", "optimizer=lbfgs"});
    CHECK(exact->checkState() == Qt::PartiallyChecked);
    CHECK(shown.form.sweep_points() == 2);
    QTest::keyClick(exact, Qt::Key_Space);
    CHECK(shown.form.sweep_points() == 1);
    auto* optimizer = shown.find<QComboBox>("field:optimizer");
    CHECK(optimizer->currentText() == "lbfgs");
    optimizer->setFocus();
    QTest::keyClick(optimizer, Qt::Key_Down);
    CHECK(optimizer->currentText() == "ssbroyden");
    shown.type("optimizer", "adam,lbfgs");
    CHECK(shown.form.sweep_points() == 2);
    shown.type("optimizer", "sgd");
    CHECK(shown.find<QLabel>("message:optimizer")->text() ==
          "optimizer is 'sgd'; accepted: one of adam, lbfgs, ssbroyden");
}

TEST_CASE("Ctrl+Return anywhere in the form asks for a run, Return alone doesn't", "[gui]") {
    Shown shown;
    QSignalSpy runs(&shown.form, &ParameterForm::run_requested);
    int expected = 0;
    for (const auto* name : {"field:kappa", "slider:kappa", "field:initial", "field:optimizer", "field:exact",
                             "field:remark", "browse:initial", "presets"}) {
        auto* widget = shown.find(name);
        widget->setFocus();
        QTest::keyClick(widget, Qt::Key_Return, Qt::ControlModifier);
        CHECK(runs.count() == ++expected);
        QTest::keyClick(widget, Qt::Key_Shift);
        CHECK(runs.count() == expected);
    }
    QTest::keyClick(shown.find("field:kappa"), Qt::Key_Return);
    CHECK(runs.count() == expected);
}

TEST_CASE("problems found elsewhere stand at their fields until these are edited", "[gui]") {
    Shown shown;
    Problems problems;
    problems.add("width", "width is too large for this memory");
    problems.add("", "kappa and width don't go together");
    shown.form.set_extra_problems(problems);
    CHECK_FALSE(shown.form.is_valid());
    CHECK(shown.find<QLabel>("message:width")->text() == "width is too large for this memory");
    CHECK(shown.find<QLabel>("form_problems")->text() == "kappa and width don't go together");
    shown.type("width", "16");
    CHECK(shown.form.is_valid());
    CHECK_FALSE(shown.find("form_problems")->isVisible());
}

TEST_CASE("assignments that don't fit are told, and another declaration keeps what fits", "[gui][P9]") {
    Shown shown;
    shown.form.set_assignments({"kapa=1", "width=64", "nonsense"});
    CHECK(shown.form.assignments() == QStringList{"width=64"});
    const auto text = shown.find<QLabel>("form_problems")->text();
    CHECK(text.contains("there is no parameter 'kapa'; did you mean 'kappa'?"));
    CHECK(text.contains("'nonsense' is not of the form parameter=value"));
    shown.type("kappa", "0.5");
    auto other = sample_declaration();
    other.id = "pinn.other";
    other.schema.fields[0].type = FieldType::text; // kappa is something else there
    other.schema.fields[0].default_value = std::string("x");
    other.schema.fields[0].log10 = false;
    shown.form.set_declaration(other);
    CHECK(shown.form.assignments() == QStringList{"width=64"});
    shown.form.set_declaration({});
    CHECK_FALSE(shown.form.is_valid());
    CHECK(shown.find<QLabel>("form_hint")->text().startsWith("Choose an experiment"));
}

TEST_CASE("values are copied as a command line and as Python", "[gui][P7]") {
    Shown shown;
    shown.type("kappa", "0.01,0.1");
    shown.form.set_assignments({"kappa=0.01,0.1", "initial=my file.npy"});
    CHECK(shown.form.command_line() == "orrery sweep pinn.sqg kappa=0.01,0.1 'initial=my file.npy'");
    CHECK(shown.form.python() == "project.sweep(\"pinn.sqg\", kappa=[0.01, 0.1], initial=\"my file.npy\")");
    shown.form.set_start_options([] { return StartOptions{7, "cuda:0", "/home/me/my work.orrery"}; });
    CHECK(shown.form.command_line() == "orrery sweep pinn.sqg kappa=0.01,0.1 'initial=my file.npy' --seed 7 "
                                       "--device cuda:0 --project '/home/me/my work.orrery'");
    CHECK(shown.form.python() == "project.sweep(\"pinn.sqg\", kappa=[0.01, 0.1], initial=\"my file.npy\", seed=7, "
                                 "device=\"cuda:0\")");
    QContextMenuEvent event(QContextMenuEvent::Keyboard, {5, 5}, shown.form.mapToGlobal(QPoint(5, 5)));
    QApplication::sendEvent(&shown.form, &event);
    auto* menu = shown.find<QMenu>("form_menu");
    menu->findChild<QAction*>("action:copy_command_line")->trigger();
    CHECK(QApplication::clipboard()->text() == shown.form.command_line());
    menu->findChild<QAction*>("action:copy_python")->trigger();
    CHECK(QApplication::clipboard()->text() == shown.form.python());
    menu->close();
}

TEST_CASE("presets are chosen and saved by name", "[gui]") {
    Shown shown;
    shown.form.set_presets({"coarse", "fine"});
    QSignalSpy chosen(&shown.form, &ParameterForm::preset_chosen), saved(&shown.form, &ParameterForm::preset_saved);
    auto* presets = shown.find<QComboBox>("presets");
    auto* save = shown.find<QToolButton>("save_preset");
    CHECK_FALSE(save->isEnabled());
    presets->setFocus();
    QTest::keyClick(presets, Qt::Key_Down);
    REQUIRE(chosen.count() == 1);
    CHECK(chosen[0][0].toString() == "coarse");
    QTest::keyClick(presets->lineEdit(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(presets->lineEdit(), "mine");
    QTest::mouseClick(save, Qt::LeftButton);
    REQUIRE(saved.count() == 1);
    CHECK(saved[0][0].toString() == "mine");
    QTest::keyClick(presets->lineEdit(), Qt::Key_Tab);
    CHECK(save->hasFocus());
    QTest::keyClick(save, Qt::Key_Return);
    CHECK(saved.count() == 2);
    // It is of this experiment alone.
    shown.form.set_declaration(sample_declaration());
    CHECK(presets->currentText() == "mine");
    auto other = sample_declaration();
    other.id = "lab.other";
    shown.form.set_declaration(other);
    CHECK(presets->currentText().isEmpty());
}

TEST_CASE("a field has one menu", "[gui]") {
    Shown shown;
    for (const char* name : {"kappa", "width", "final_time", "exact", "remark", "initial", "optimizer"}) {
        QWidget* field = shown.find(QStringLiteral("field:%1").arg(QString::fromLatin1(name)));
        if (auto* text = shown.form.findChild<QLineEdit*>(QStringLiteral("text:%1").arg(QString::fromLatin1(name))))
            field = text;
        QContextMenuEvent event(QContextMenuEvent::Mouse, {4, 4}, field->mapToGlobal(QPoint(4, 4)));
        QApplication::sendEvent(field, &event);
        int menus = 0;
        for (auto* widget : QApplication::topLevelWidgets())
            if (auto* menu = qobject_cast<QMenu*>(widget); menu && menu->isVisible()) {
                ++menus;
                CHECK(menu->objectName() == "form_menu");
                menu->close();
            }
        INFO(name);
        CHECK(menus == 1);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
}

TEST_CASE("every control of the form has a name, a tooltip and a place in the order of tabs", "[gui]") {
    Shown shown;
    for (auto* widget : shown.form.findChildren<QWidget*>()) {
        const bool reached = widget->focusPolicy() & Qt::TabFocus;
        if (!reached || widget->objectName().startsWith("qt_") || !widget->isVisible()) continue;
        INFO(widget->metaObject()->className() << " " << widget->objectName().toStdString());
        if (qobject_cast<QLineEdit*>(widget) && qobject_cast<QComboBox*>(widget->parentWidget())) continue;
        CHECK_FALSE(widget->objectName().isEmpty());
        if (widget->objectName().startsWith("group:") || qobject_cast<QLabel*>(widget)) continue;
        CHECK_FALSE(widget->accessibleName().isEmpty());
        CHECK_FALSE(widget->toolTip().isEmpty());
    }
}

TEST_CASE("Tab goes from field to field, then to what else there is for them", "[gui]") {
    Shown shown;
    shown.type("kappa", "0.2"); // its reset can be seen now, and must not be in the way
    QTest::keyClick(shown.find("field:kappa"), Qt::Key_Tab);
    REQUIRE(QApplication::focusWidget() == shown.find("field:final_time"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(QApplication::focusWidget(), "3");
    CHECK(shown.form.assignments() == QStringList{"kappa=0.2", "final_time=3"});
    QStringList order;
    for (int i = 0; i < 20 && !order.contains("reset:kappa"); ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        order << QApplication::focusWidget()->objectName();
    }
    CHECK(order == QStringList{"field:initial", "field:remark", "field:width", "field:optimizer", "field:exact",
                               "slider:kappa", "reset:kappa"});
}

TEST_CASE("nothing of the form lies outside of a narrow panel", "[gui]") {
    application();
    auto declaration = sample_declaration();
    declaration.schema.fields[0].name = "collocation_points_per_unit";
    declaration.schema.fields[0].unit = "points per unit";
    declaration.schema.fields[1].log10 = true;
    ParameterForm form;
    form.set_declaration(declaration);
    const int width = GENERATE(280, 300, 360, 700);
    form.resize(width, 900);
    form.show();
    (void)QTest::qWaitForWindowExposed(&form);
    form.set_assignments({"collocation_points_per_unit=-3", "final_time=2", "optimizer=none"});
    QTest::qWait(50); // for the layout
    auto* scroll = form.findChild<QScrollArea*>("parameter_scroll");
    CHECK(scroll->widget()->width() <= scroll->viewport()->width());
    CHECK(scroll->horizontalScrollBar()->maximum() == 0);
    for (auto* widget : form.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &form) continue;
        INFO(widget->objectName().toStdString() << " " << widget->metaObject()->className());
        CHECK(widget->mapTo(&form, QPoint(widget->width(), 0)).x() <= form.width());
        const bool field = widget->objectName().startsWith("field:") && !qobject_cast<QCheckBox*>(widget);
        if (field) CHECK(widget->width() >= 48);
        if (qobject_cast<QSlider*>(widget)) CHECK(widget->width() >= 48);
    }
    const auto* label = form.findChild<QLabel*>("message:optimizer");
    CHECK(label->isVisible());
    CHECK(form.findChild<QWidget*>("field:collocation_points_per_unit")->toolTip().contains("points per unit"));
}
