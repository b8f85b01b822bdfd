package dev.sinter.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** Holds the arrows between modules, and keeps features of the control plane free of cycles. */
@AnalyzeClasses(packages = "dev.sinter", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModuleArrowsTest {

    @ArchTest
    static final ArchRule plannerKnowsOnlyTheJdk = noClasses()
            .that()
            .resideInAPackage("dev.sinter.planner..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("dev.sinter.planner..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule plannerDoesNoInputOrOutput = noClasses()
            .that()
            .resideInAPackage("dev.sinter.planner..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..");

    @ArchTest
    static final ArchRule collectorKnowsOnlyThePlanner = noClasses()
            .that()
            .resideInAPackage("dev.sinter.collector..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sinter.merger..", "dev.sinter.control..");

    @ArchTest
    static final ArchRule mergerKnowsNothingOfOurs = noClasses()
            .that()
            .resideInAPackage("dev.sinter.merger..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sinter.planner..", "dev.sinter.collector..", "dev.sinter.control..");

    @ArchTest
    static final ArchRule featuresOfTheControlPlaneFormNoCycle = SlicesRuleDefinition.slices()
            .matching("dev.sinter.control.(*)..")
            .should()
            .beFreeOfCycles();
}
