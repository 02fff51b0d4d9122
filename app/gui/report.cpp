// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/report.h"

#include "core/device.h"
#include "core/platform/machine.h"
#include "core/platform/process_info.h"
#include "core/plugins/plugin_manifest.h"
#include "core/provenance.h"

#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace orrery::gui {

namespace {

constexpr qsizetype log_lines = 40;

QString words(const char* text) { return QApplication::translate("Report", text); }

} // namespace

QString make_report(const QStringList& commands, const QString& log, const QString& project, const QString& graphics,
                    const QString& crashed) {
    QStringList lines;
    const auto& code = code_version();
    lines << QStringLiteral("Orrery %1, commit %2%3, build key %4")
                 .arg(QString::fromStdString(code.version), QString::fromStdString(code.commit),
                      code.diff.empty() ? QString() : QStringLiteral(" and changes"),
                      QString::fromStdString(build_key()));
    for (const auto& [key, value] : collect_provenance({}).values)
        if (key.starts_with("library/") || key == "code/compiler" || key == "code/build_type")
            lines << QString::fromStdString(key.substr(key.find('/') + 1) + " " + value);
    lines << QStringLiteral("Qt %1, platform %2").arg(QString::fromUtf8(qVersion()), QApplication::platformName())
          << QStringLiteral("%1, %2").arg(QString::fromStdString(platform::os_name()),
                                          QString::fromStdString(platform::kernel()));
    for (const auto& device : devices())
        lines << QString::fromStdString(device.device.name() + ": " + device.description +
                                        (device.driver.empty() ? "" : ", driver " + device.driver));
    lines << graphics;
    lines << QStringLiteral("project: %1").arg(project.isEmpty() ? QStringLiteral("none") : project);
    lines << QString() << QStringLiteral("Last commands:") << commands;
    if (!crashed.isEmpty()) lines << QString() << QStringLiteral("The session before, which crashed:") << crashed;
    lines << QString() << QStringLiteral("Log:")
          << log.split(QLatin1Char('\n')).mid(std::max<qsizetype>(0, log.count(QLatin1Char('\n')) + 1 - log_lines));
    return lines.join(QLatin1Char('\n'));
}

void show_report(const QString& report, QWidget* parent) {
    auto* dialog = new QDialog(parent);
    dialog->setObjectName(QStringLiteral("report"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(words("Report"));
    auto* text = new QPlainTextEdit(report, dialog);
    text->setObjectName(QStringLiteral("report_text"));
    text->setReadOnly(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setAccessibleName(words("Report"));
    text->setToolTip(words("Copy it to whoever can help; it holds paths of this machine"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    auto* copy = buttons->addButton(words("Copy report"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("report_copy"));
    copy->setToolTip(words("Copy the report to the clipboard"));
    QObject::connect(copy, &QPushButton::clicked, dialog, [report] { QApplication::clipboard()->setText(report); });
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(text);
    layout->addWidget(buttons);
    dialog->resize(720, 460);
    dialog->open();
}

} // namespace orrery::gui
