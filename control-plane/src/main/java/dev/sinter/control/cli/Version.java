package dev.sinter.control.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Sinter.class.getPackage().getImplementationVersion();
        return new String[] {"sinter " + (version == null ? "development" : version)};
    }
}
