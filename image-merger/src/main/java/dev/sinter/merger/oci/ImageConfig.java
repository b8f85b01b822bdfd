package dev.sinter.merger.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An image's config (OCI image-spec 1.1 and Docker's superset). The document is kept whole, so that fields we do not
 * know survive.
 */
public final class ImageConfig {

    private static final String WHAT = "image config";

    private final byte[] bytes;
    private final ObjectNode document;
    private final JsonNode run;

    private ImageConfig(byte[] bytes) {
        this.bytes = bytes;
        this.document = Json.readObject(bytes, WHAT);
        JsonNode config = document.get("config");
        this.run = config == null || config.isNull() ? Json.object() : config;
    }

    public static ImageConfig parse(byte[] json) {
        ImageConfig config = new ImageConfig(json.clone());
        if (!config.run.isObject()) {
            throw Json.malformed(WHAT, "config is no object");
        }
        config.checkFields();
        return config;
    }

    /** So that a bad field is found where the image is read. */
    private void checkFields() {
        diffIds();
        entrypoint();
        command();
        environment();
        labels();
        exposedPorts();
        platform();
        Json.text(run, "WorkingDir", WHAT);
        Json.text(run, "User", WHAT);
        Json.text(run, "StopSignal", WHAT);
        Json.text(document, "created", WHAT);
        JsonNode history = document.get("history");
        if (history != null && !history.isNull() && !history.isArray()) {
            throw Json.malformed(WHAT, "history is no list");
        }
    }

    /** The engine's id of the image. */
    public Digest digest() {
        return Digest.of(bytes);
    }

    /** The document as it was read. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** A copy to build another config from. */
    public ObjectNode copyOfDocument() {
        return document.deepCopy();
    }

    public List<Digest> diffIds() {
        JsonNode rootfs = document.get("rootfs");
        List<String> ids = rootfs == null || !rootfs.isObject() ? null : Json.texts(rootfs, "diff_ids", WHAT);
        if (ids == null) {
            throw Json.malformed(WHAT, "rootfs.diff_ids missing");
        }
        return ids.stream().map(Digest::new).toList();
    }

    public @Nullable List<String> entrypoint() {
        return Json.texts(run, "Entrypoint", WHAT);
    }

    public @Nullable List<String> command() {
        return Json.texts(run, "Cmd", WHAT);
    }

    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        List<String> lines = Json.texts(run, "Env", WHAT);
        for (String line : lines == null ? List.<String>of() : lines) {
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw Json.malformed(WHAT, "Env holds \"" + line + "\" (expected: NAME=value)");
            }
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return environment;
    }

    public String workingDir() {
        String dir = Json.text(run, "WorkingDir", WHAT);
        return dir == null || dir.isEmpty() ? "/" : dir;
    }

    public String user() {
        String user = Json.text(run, "User", WHAT);
        return user == null ? "" : user;
    }

    public @Nullable String stopSignal() {
        return Json.text(run, "StopSignal", WHAT);
    }

    public Map<String, String> labels() {
        return Json.textMap(run, "Labels", WHAT);
    }

    /** Such as {@code 8080/tcp}, sorted. */
    public List<String> exposedPorts() {
        return keys("ExposedPorts");
    }

    /** Paths, sorted. */
    public List<String> volumes() {
        return keys("Volumes");
    }

    private List<String> keys(String field) {
        JsonNode value = run.get(field);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isObject()) {
            throw Json.malformed(WHAT, field + " is no object");
        }
        TreeSet<String> names = new TreeSet<>();
        value.fieldNames().forEachRemaining(names::add);
        return new ArrayList<>(names);
    }

    public Platform platform() {
        return new Platform(
                Json.requireText(document, "os", WHAT),
                Json.requireText(document, "architecture", WHAT),
                Json.text(document, "variant", WHAT));
    }

    /** RFC 3339, or {@code null}. */
    public @Nullable String created() {
        return Json.text(document, "created", WHAT);
    }
}
