package dev.sinter.control.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.control.api.ApiServer;
import dev.sinter.merger.CompatibilityReport;
import dev.sinter.merger.MergeResult;
import dev.sinter.merger.ReportText;
import java.io.PrintWriter;
import java.util.Objects;

/** Writes what a merge found and built to stdout. */
final class MergeOutput {

    private static final long MEBIBYTE = 1 << 20;

    private final PrintWriter out;
    private final OutputFormat format;

    MergeOutput(PrintWriter out, OutputFormat format) {
        this.out = out;
        this.format = format;
    }

    void print(CompatibilityReport report) {
        new Printer(out)
                .print(
                        tree(report),
                        format,
                        ignored -> format == OutputFormat.WIDE ? ReportText.wide(report) : ReportText.table(report),
                        ignored -> report.tier() + "\n");
    }

    void print(MergeResult result) {
        ObjectNode document = ApiServer.mapper().createObjectNode();
        document.put("apiVersion", "sinter.dev/merge/v1");
        document.put("reference", result.reference());
        document.put("imageId", result.imageId());
        document.put("manifestDigest", result.manifestDigest());
        document.put("tier", result.tier().name());
        document.put("base", result.base());
        ObjectNode loopback = document.putObject("loopback");
        result.loopback().forEach(loopback::put);
        document.put("bytesWritten", result.bytesWritten());
        document.put("bytesReused", result.bytesReused());
        document.put("durationMs", result.duration().toMillis());
        document.set("report", tree(result.report()));
        new Printer(out).print(document, format, ignored -> table(result), ignored -> name(result) + "\n");
    }

    /** What says exactly which image it is. */
    private static String name(MergeResult result) {
        return Objects.requireNonNullElse(result.manifestDigest(), result.imageId());
    }

    private String table(MergeResult result) {
        Table table = new Table("IMAGE", "DIGEST", "TIER", "BASE", "KIB WRITTEN", "MIB TAKEN OVER", "MS");
        table.row(
                result.reference(),
                name(result),
                result.tier().name(),
                result.base(),
                Long.toString(Math.ceilDiv(result.bytesWritten(), 1024L)),
                Long.toString(result.bytesReused() / MEBIBYTE),
                Long.toString(result.duration().toMillis()));
        StringBuilder text = new StringBuilder(table.render());
        result.loopback()
                .forEach((name, address) -> text.append("Run it with --add-host %s:%s\n".formatted(name, address)));
        return format == OutputFormat.WIDE ? text + "\n" + ReportText.wide(result.report()) : text.toString();
    }

    private static JsonNode tree(CompatibilityReport report) {
        try {
            return ApiServer.mapper().readTree(ReportText.json(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("own JSON does not parse", e);
        }
    }
}
