package dev.sinter.merger.supply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;
import java.util.Map;
import java.util.TreeMap;

/** SLSA provenance v1 as an in-toto statement (slsa.dev/provenance/v1): which images, by digest, became this one. */
public final class Provenance {

    public static final String MEDIA_TYPE = "application/vnd.in-toto+json";
    private static final String PREDICATE = "https://slsa.dev/provenance/v1";
    private static final String BUILD_TYPE = "https://sinter.dev/merge/v1";
    private static final String BUILDER = "https://sinter.dev/image-merger";

    private Provenance() {}

    /**
     * @param subject name and digest of the fused image
     * @param inputs digest of each member's image by the member's name
     * @param plan that the image carries
     */
    public static byte[] statement(String subject, Digest digest, Map<String, Digest> inputs, byte[] plan) {
        ObjectNode statement = Json.object();
        statement.put("_type", "https://in-toto.io/Statement/v1");
        ObjectNode about = statement.putArray("subject").addObject();
        about.put("name", subject);
        about.putObject("digest").put("sha256", digest.hex());
        statement.put("predicateType", PREDICATE);
        ObjectNode definition = statement.putObject("predicate").putObject("buildDefinition");
        definition.put("buildType", BUILD_TYPE);
        definition.putObject("externalParameters").set("plan", Json.readObject(plan, "plan"));
        ArrayNode dependencies = definition.putArray("resolvedDependencies");
        new TreeMap<>(inputs).forEach((name, input) -> {
            ObjectNode dependency = dependencies.addObject();
            dependency.put("name", name);
            dependency.putObject("digest").put("sha256", input.hex());
        });
        ObjectNode run = ((ObjectNode) statement.get("predicate")).putObject("runDetails");
        run.putObject("builder").put("id", BUILDER);
        return Json.write(statement);
    }
}
