#!/usr/bin/env bash
# DICOM objects that are written are held against dciodvfy and sent through a private Orthanc by the tests. This makes
# sure that both are there, or says how to get them.
set -euo pipefail

found() {
  local path="$PATH:/usr/sbin:/usr/local/bin:/usr/bin"
  PATH="$path" command -v dciodvfy >/dev/null && PATH="$path" command -v Orthanc >/dev/null &&
    [[ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ]]
}

if ! found && [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; then
  echo "dicom3tools or Orthanc is not installed; installing the packages dicom3tools, orthanc and orthanc-dicomweb."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends dicom3tools orthanc orthanc-dicomweb </dev/null >/dev/null
fi

if ! found; then
  cat >&2 <<'SAY'
The tests need dciodvfy and an Orthanc with its DICOMweb plugin, which they start privately. On Debian and Ubuntu:
  sudo apt-get install --no-install-recommends dicom3tools orthanc orthanc-dicomweb
SAY
  exit 1
fi
