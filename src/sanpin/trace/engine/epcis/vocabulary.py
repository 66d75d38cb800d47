"""The words of the Core Business Vocabulary 2.0, in each of the ways they are written.

A word may stand bare (``shipping``), as CURIE (``cbv:BizStep-shipping``), as web URI
(``https://ref.gs1.org/cbv/BizStep-shipping``) or as URN (``urn:epcglobal:cbv:bizstep:shipping``).
All four mean one thing and are kept as the bare word; other URIs are kept as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["BIZ_STEP", "COMPONENT", "DISPOSITION", "ERROR_REASON", "MEASUREMENT", "PARTY_TYPE"]
__all__ += ["SENSOR_ALERT", "TRANSACTION_TYPE", "Vocabulary", "is_uri"]

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x1f\x7f]+")


def is_uri(text: str) -> bool:
    """Whether a text has the form of a URI or CURIE."""
    return _URI.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """One list of standard words with the beginnings under which they are written.

    Attributes
    ----------
    name : name of the field that takes its words
    web, urn : beginnings in the web and in the URN writing, without their common stem
    words : bare words of CBV 2.0
    stem, prefix : address and prefix under which the web writing stands
    """

    name: str
    web: str
    urn: str
    words: frozenset[str]
    stem: str = "https://ref.gs1.org/cbv/"
    prefix: str = "cbv"

    def bare(self, text: str) -> str:
        """Bring any writing of a standard word to the bare word; keep everything else."""
        return _bare(self, text)

    def accepts(self, text: str) -> bool:
        """Whether the text is a standard word or a URI of another vocabulary.

        A misspelt word under the standard's own beginning is refused, as it can only be a mistake.
        """
        return self.bare(text) in self.words or (is_uri(text) and not self._claims(text))

    def full(self, text: str) -> str:
        """Web URI of a standard word in any writing; everything else stays as it is."""
        word = self.bare(text)
        return f"{self.stem}{self.web}{word}" if word in self.words else text

    def xml(self, text: str) -> str:
        """Writing of a standard word in XML: its URN where it has one, else its web URI."""
        word = self.bare(text)
        if word not in self.words:
            return text
        if self.urn:
            return f"urn:epcglobal:cbv:{self.urn}:{word}"
        return f"{self.stem}{self.web}{word}"

    def _claims(self, text: str) -> bool:
        """Whether the text uses the standard's own beginnings."""
        return text.startswith(self._beginnings())

    def _beginnings(self) -> tuple[str, ...]:
        """Beginnings under which the standard itself writes its words."""
        web = (f"{self.stem}{self.web}", f"{self.prefix}:{self.web}")
        return (*web, f"urn:epcglobal:cbv:{self.urn}:") if self.urn else web


@lru_cache(maxsize=8192)
def _bare(vocabulary: Vocabulary, text: str) -> str:
    """Take a standard beginning off a standard word; remembered, for the words are few."""
    for beginning in vocabulary._beginnings():
        if text.startswith(beginning):
            word = text[len(beginning) :]
            return word if word in vocabulary.words else text
    return text


def _words(text: str) -> frozenset[str]:
    """Make a set of words from a text."""
    return frozenset(text.split())


BIZ_STEP = Vocabulary(
    "bizStep",
    "BizStep-",
    "bizstep",
    _words(
        "accepting arriving assembling collecting commissioning consigning "
        "creating_class_instance cycle_counting decommissioning departing destroying "
        "disassembling dispensing encoding entering_exiting holding inspecting installing "
        "killing loading other packing picking receiving removing repackaging repairing "
        "replacing reserving retail_selling sampling sensor_reporting shipping "
        "staging_outbound stock_taking stocking storing transporting unloading unpacking "
        "void_shipping"
    ),
)
DISPOSITION = Vocabulary(
    "disposition",
    "Disp-",
    "disp",
    _words(
        "active available completeness_inferred completeness_verified conformant "
        "container_closed container_open damaged destroyed dispensed disposed encoded "
        "expired in_progress in_transit inactive mismatch_class mismatch_instance "
        "mismatch_quantity needs_replacement no_pedigree_match non_conformant "
        "non_sellable_other partially_dispensed recalled reserved retail_sold returned "
        "sellable_accessible sellable_not_accessible stolen unavailable unknown"
    ),
)
TRANSACTION_TYPE = Vocabulary(
    "bizTransaction",
    "BTT-",
    "btt",
    _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
)
PARTY_TYPE = Vocabulary(
    "sourceDestination", "SDT-", "sdt", _words("owning_party possessing_party location")
)
ERROR_REASON = Vocabulary("errorReason", "ER-", "er", _words("did_not_occur incorrect_data"))
COMPONENT = Vocabulary(
    "component",
    "Comp-",
    "",
    _words(
        "x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle "
        "easting northing latitude longitude altitude"
    ),
)
SENSOR_ALERT = Vocabulary(
    "exception",
    "",
    "",
    _words("ALARM_CONDITION ERROR_CONDITION"),
    "https://gs1.org/voc/",
    "gs1",
)
MEASUREMENT = Vocabulary(
    "type",
    "",
    "",
    _words(
        "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude "
        "AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration "
        "AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count Density "
        "Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge "
        "ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force "
        "Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum "
        "Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity "
        "MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime "
        "MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure "
        "RadiantFlux RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle "
        "SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage "
        "Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber"
    ),
    "https://gs1.org/voc/",
    "gs1",
)
