package dev.sinter.merger.supply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Json;

/** in-toto statement v1: a predicate that is said of an image. */
public final class InTotoStatement {

    private InTotoStatement() {}

    public static byte[] of(String name, Digest digest, String predicateType, JsonNode predicate) {
        ObjectNode statement = Json.object();
        statement.put("_type", "https://in-toto.io/Statement/v1");
        ObjectNode subject = statement.putArray("subject").addObject();
        subject.put("name", name);
        subject.putObject("digest").put("sha256", digest.hex());
        statement.put("predicateType", predicateType);
        statement.set("predicate", predicate);
        return Json.write(statement);
    }
}
